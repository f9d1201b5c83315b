/**
 * The chain: keys and signatures, a node over JSON-RPC, the outbox of transactions, the deployment of the contracts,
 * settlement of epochs, and the mirror of what is there. The one place that knows web3j.
 */
package farm.tilth.ledger.chain;
