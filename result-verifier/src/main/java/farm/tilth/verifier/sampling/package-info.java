/** Which results are audited, which of their blocks, and how much auditing makes honesty the better business. */
package farm.tilth.verifier.sampling;
