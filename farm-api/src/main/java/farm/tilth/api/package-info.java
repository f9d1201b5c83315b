/** The coordinator: one package for each step of the flow, and one for the server that holds them. */
package farm.tilth.api;
