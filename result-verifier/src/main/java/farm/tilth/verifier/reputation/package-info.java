/** How far a worker is trusted by what its audits found: one record, and the pure steps between its values. */
package farm.tilth.verifier.reputation;
