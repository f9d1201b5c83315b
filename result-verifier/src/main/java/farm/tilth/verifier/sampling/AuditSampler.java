package farm.tilth.verifier.sampling;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Challenge;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.OptionalInt;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decides whether a committed result is audited, and on which block. Both follow from the epoch's secret and the
 * commitment root alone: the worker cannot foresee them, the farm cannot choose them, and once the secret is published
 * anyone can check them.
 */
public final class AuditSampler {
    private static final byte[] DOMAIN = "tilth-audit-v1".getBytes(StandardCharsets.US_ASCII);
    private static final double RESOLUTION = 0x1p53;

    private AuditSampler() {}

    /** The block to audit, or empty when this result is spared; {@code probability} 1 audits every result. */
    public static OptionalInt challenge(byte[] epochSecret, Digest commitmentRoot, int blocks, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability lies between 0 and 1, not " + probability);
        }
        return draw(epochSecret, commitmentRoot) < probability
                ? OptionalInt.of(Challenge.block(epochSecret, commitmentRoot, blocks))
                : OptionalInt.empty();
    }

    /** Uniform in [0, 1) and independent of the block: the first 53 bits of HMAC(secret, domain ‖ root). */
    private static double draw(byte[] epochSecret, Digest commitmentRoot) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(epochSecret, "HmacSHA256"));
            mac.update(DOMAIN);
            byte[] hash = mac.doFinal(commitmentRoot.bytes());
            return (ByteBuffer.wrap(hash).getLong() >>> 11) / RESOLUTION;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
