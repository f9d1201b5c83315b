/** A farm on this machine: the programs that it is made of, as processes that are started, watched and stopped. */
package farm.tilth.cli.process;
