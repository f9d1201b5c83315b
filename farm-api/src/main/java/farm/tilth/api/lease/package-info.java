/** Step three of the flow: a worker gets tasks sized to its speed, each fenced by a number that rises with every lease. */
package farm.tilth.api.lease;
