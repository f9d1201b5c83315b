/** A job becomes tasks: tiles × frames × sample ranges, or batches of rows. Pure functions. */
package farm.tilth.splitter.split;
