package farm.tilth.ledger.epoch;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A Keccak-256 hash as chains write it: 0x and 64 lower-case hexadecimal digits. Ordered as its bytes are. */
public record KeccakHash(String hex) implements Comparable<KeccakHash> {
    private static final Pattern FORM = Pattern.compile("0x[0-9a-f]{64}");

    public KeccakHash {
        if (!FORM.matcher(hex).matches()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "a hash is 0x and 64 lower-case hexadecimal digits, not '" + hex + "'");
        }
    }

    @JsonCreator
    public static KeccakHash parse(String hex) {
        return new KeccakHash(hex);
    }

    public static KeccakHash fromBytes(byte[] hash) {
        return new KeccakHash("0x" + HexFormat.of().formatHex(hash));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex, 2, hex.length());
    }

    @Override
    public int compareTo(KeccakHash other) {
        return hex.compareTo(other.hex);
    }

    @JsonValue
    @Override
    public String toString() {
        return hex;
    }
}
