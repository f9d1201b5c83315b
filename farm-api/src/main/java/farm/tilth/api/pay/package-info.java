/** Step seven of the flow: escrow to workers for accepted tasks, the rest back, and the receipts that prove it. */
package farm.tilth.api.pay;
