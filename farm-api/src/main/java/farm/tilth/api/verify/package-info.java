/** Step five of the flow: a challenge after the commitment, a recomputed block, and a decision with its evidence. */
package farm.tilth.api.verify;
