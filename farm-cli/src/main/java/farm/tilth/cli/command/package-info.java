/** The commands of the user's command line: their options, what they print, and their exit codes. */
package farm.tilth.cli.command;
