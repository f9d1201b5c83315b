/** Does a result file hold what its worker committed to, and what its task asked for? Nothing is recomputed here. */
package farm.tilth.verifier.commitment;
