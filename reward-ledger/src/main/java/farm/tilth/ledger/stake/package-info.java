/** Workers' funds at risk: put in, taken back, and lost for a proven fault. */
package farm.tilth.ledger.stake;
