/** What customers' money does between an order and its pay: escrow per job, holds per online call. */
package farm.tilth.ledger.escrow;
