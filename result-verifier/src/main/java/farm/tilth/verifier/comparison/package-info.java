/** Is a claimed block the one that a trusted worker recomputed? To the bit, or within a calibrated tolerance. */
package farm.tilth.verifier.comparison;
