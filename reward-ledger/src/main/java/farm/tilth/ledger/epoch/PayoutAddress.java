package farm.tilth.ledger.epoch;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where a worker's owner is paid: 20 bytes, written as 0x and 40 lower-case hexadecimal digits. */
public record PayoutAddress(String hex) implements Comparable<PayoutAddress> {
    private static final Pattern FORM = Pattern.compile("0x[0-9a-f]{40}");

    public PayoutAddress {
        if (!FORM.matcher(hex).matches()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "a payout address is 0x and 40 hexadecimal digits, not '" + hex + "'");
        }
    }

    /** Reads an address in lower or mixed case. */
    @JsonCreator
    public static PayoutAddress parse(String text) {
        return new PayoutAddress(text.toLowerCase(Locale.ROOT));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex, 2, hex.length());
    }

    @Override
    public int compareTo(PayoutAddress other) {
        return hex.compareTo(other.hex);
    }

    @JsonValue
    @Override
    public String toString() {
        return hex;
    }
}
