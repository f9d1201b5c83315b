package farm.tilth.protocol.result;

import farm.tilth.protocol.Csv;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/**
 * A transfer as the ledger's hash chain takes it, and as the log is exported: text fields, in the order of the chain.
 *
 * @param number rises by 1 or more from transfer to transfer
 * @param step DIRECT and POST move the amount, HOLD keeps it; POST, RELEASE and EXPIRE end the hold {@code resolves}
 * @param resolves a transfer's id, or empty
 * @param expiresAtMicros of a hold, else empty; microseconds since 1970, as {@code atMicros}
 */
public record SealedTransfer(
        long number,
        String id,
        String step,
        String debit,
        String credit,
        long amount,
        String purpose,
        String cause,
        String resolves,
        String expiresAtMicros,
        long atMicros) {
    /** What comes before the first transfer. */
    public static final Digest START = new Digest("0".repeat(64));

    /** The names of the fields, in the order of {@link #fields}. */
    public static final List<String> HEADER = List.of(
            "number",
            "id",
            "step",
            "debit",
            "credit",
            "amount",
            "purpose",
            "cause",
            "resolves",
            "expiresAtMicros",
            "atMicros");

    /** The fields as text. */
    public List<String> fields() {
        return Stream.of(number, id, step, debit, credit, amount, purpose, cause, resolves, expiresAtMicros, atMicros)
                .map(String::valueOf)
                .toList();
    }

    /** The chain's hash after this transfer: SHA-256(previous ‖ fields with a line feed between two). */
    public Digest hash(Digest previous) {
        MessageDigest sha = Digest.sha256();
        sha.update(previous.bytes());
        return Digest.fromBytes(sha.digest(String.join("\n", fields()).getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Reads a line of an exported log.
     *
     * @throws FarmException with INVALID_REQUEST when it is not one
     */
    public static SealedTransfer parse(String line) {
        List<String> f = Csv.fields(line);
        if (f.size() != HEADER.size()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "a line of the log has " + HEADER.size() + " fields, not " + f.size());
        }
        try {
            return new SealedTransfer(
                    Long.parseLong(f.get(0)),
                    f.get(1),
                    f.get(2),
                    f.get(3),
                    f.get(4),
                    Long.parseLong(f.get(5)),
                    f.get(6),
                    f.get(7),
                    f.get(8),
                    f.get(9),
                    Long.parseLong(f.get(10)));
        } catch (NumberFormatException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "a line of the log has a number that is none: " + e.getMessage(), e);
        }
    }
}
