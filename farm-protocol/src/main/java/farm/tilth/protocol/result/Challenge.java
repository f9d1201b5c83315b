package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which block of a result is audited: HMAC-SHA-256(epoch secret, commitment root) modulo the number of blocks. A
 * worker cannot know it before it commits; anyone can check it once the epoch's secret is published.
 */
public final class Challenge {
    private Challenge() {}

    public static int block(byte[] epochSecret, Digest commitmentRoot, int blocks) {
        if (blocks < 1) {
            throw new IllegalArgumentException("a result has at least one block");
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(epochSecret, "HmacSHA256"));
            byte[] hash = mac.doFinal(commitmentRoot.bytes());
            return new BigInteger(1, hash).mod(BigInteger.valueOf(blocks)).intValueExact();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
