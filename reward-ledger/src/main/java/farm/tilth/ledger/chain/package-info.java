/** What the ledger needs of a chain's cryptography: Keccak-256 and secp256k1. The one place that knows web3j. */
package farm.tilth.ledger.chain;
