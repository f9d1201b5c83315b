/** From an order to its outputs: quotes, plans, the pipeline through the seven steps, and what a job's owner sees of it. */
package farm.tilth.api.job;
