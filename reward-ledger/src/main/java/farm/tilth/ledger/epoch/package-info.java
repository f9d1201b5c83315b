/**
 * Payout periods: what every address has earned up to an epoch's end, under one cumulative Merkle root. Needs no chain;
 * a chain is one place to publish the root.
 */
package farm.tilth.ledger.epoch;
