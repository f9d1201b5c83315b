package farm.tilth.ledger.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

/**
 * Names a transfer. It is derived from the transfer's cause: whoever tells the same cause again, after a crash or on
 * another replica, names the same transfer.
 */
public record TransferId(UUID value) {
    private static final byte[] DOMAIN = "tilth-transfer-v1".getBytes(StandardCharsets.US_ASCII);

    /** A UUID of version 8 (RFC 9562) over SHA-256(domain ‖ 0 ‖ step ‖ 0 ‖ purpose ‖ 0 ‖ cause). */
    public static TransferId of(Step.Kind step, Purpose purpose, Cause cause) {
        MessageDigest sha = Digest.sha256();
        sha.update(DOMAIN);
        sha.update((byte) 0);
        sha.update((step + "\0" + purpose + "\0" + cause.text()).getBytes(StandardCharsets.UTF_8));
        ByteBuffer hash = ByteBuffer.wrap(sha.digest());
        long high = hash.getLong() & ~0xF000L | 0x8000L;
        long low = hash.getLong() & ~(0xC0L << 56) | 0x80L << 56;
        return new TransferId(new UUID(high, low));
    }

    /**
     * Reads the text form.
     *
     * @throws FarmException with INVALID_REQUEST when it is not a UUID
     */
    @JsonCreator
    public static TransferId parse(String text) {
        try {
            return new TransferId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a transfer's id is a UUID", e);
        }
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
