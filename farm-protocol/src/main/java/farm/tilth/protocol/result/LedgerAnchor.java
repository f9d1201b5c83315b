package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The farm's word for all that its ledger held at one point: whoever keeps it can tell later whether the log up to there
 * was changed. Later anchors include all that earlier ones do.
 *
 * @param seal its number; rises
 * @param lastTransfer the number of the last transfer that it covers
 * @param transfers how many it covers, from the first
 * @param hash of the chain after the last one, as {@link SealedTransfer#hash} says
 * @param signature the farm's key's, over {@link #statement()}
 */
public record LedgerAnchor(
        long seal, long lastTransfer, long transfers, Digest hash, Instant at, byte[] farmKey, byte[] signature) {
    /** What is signed. */
    public byte[] statement() {
        return ("tilth-ledger-anchor-v1\n" + seal + "\n" + lastTransfer + "\n" + transfers + "\n" + hash + "\n" + at)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The same under the key's signature. */
    public LedgerAnchor signedBy(SigningKey key) {
        return new LedgerAnchor(seal, lastTransfer, transfers, hash, at, key.publicKey(), key.sign(statement()));
    }

    /** Whether the signature is that of {@code farmKey}. */
    public boolean holds() {
        return SigningKey.verify(farmKey, statement(), signature);
    }
}
