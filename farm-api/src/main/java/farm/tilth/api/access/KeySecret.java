package farm.tilth.api.access;

import farm.tilth.protocol.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * An API key in full: {@code tk_<id, 32 hexadecimal digits>_<secret, 43 characters>}. Only its holder has it; the farm
 * keeps {@link #secretSha()}. The secret has 256 random bits, so that a plain hash of it is enough.
 */
public record KeySecret(UUID id, String secret) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PREFIX = "tk_";
    private static final int ID_END = PREFIX.length() + 32;
    private static final int LENGTH = ID_END + 1 + 43;

    public static KeySecret generate() {
        byte[] bits = new byte[32];
        RANDOM.nextBytes(bits);
        return new KeySecret(
                UUID.randomUUID(), Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
    }

    /** Reads a key; empty when the text is not one. */
    public static Optional<KeySecret> parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX) || text.charAt(ID_END) != '_') {
            return Optional.empty();
        }
        String id = text.substring(PREFIX.length(), ID_END);
        if (!id.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        ByteBuffer bits = ByteBuffer.wrap(HexFormat.of().parseHex(id));
        return Optional.of(new KeySecret(new UUID(bits.getLong(), bits.getLong()), text.substring(ID_END + 1)));
    }

    /** The whole key, as the holder sends it. */
    public String text() {
        return PREFIX + id.toString().replace("-", "") + "_" + secret;
    }

    byte[] secretSha() {
        return Digest.sha256().digest(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Compares in constant time. */
    boolean matches(byte[] sha) {
        return MessageDigest.isEqual(sha, secretSha());
    }

    @Override
    public String toString() {
        return "KeySecret[" + id + "]";
    }
}
