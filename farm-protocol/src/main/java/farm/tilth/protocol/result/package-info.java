/** What comes back: result files, the commitments over their blocks, and the receipts that prove a payment. */
package farm.tilth.protocol.result;
