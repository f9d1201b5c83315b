/** What is computed: jobs' plans, task specifications, their ids, states and leases. Values only. */
package farm.tilth.protocol.task;
