/** Results become files: tiles merge into a film, the film is tone-mapped and encoded. Pure functions. */
package farm.tilth.splitter.assemble;
