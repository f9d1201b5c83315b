package farm.tilth.ledger.epoch;

/** The hash of the Ethereum chains: Keccak as it was before SHA-3 was standardised. Pure and thread-safe. */
@FunctionalInterface
public interface Keccak256 {
    /** 32 bytes. */
    byte[] hash(byte[] content);
}
