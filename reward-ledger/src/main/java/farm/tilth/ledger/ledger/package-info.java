/** The ledger itself: accounts, immutable transfers with ids derived from their cause, holds, and statements. */
package farm.tilth.ledger.ledger;
