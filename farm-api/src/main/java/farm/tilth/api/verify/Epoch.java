package farm.tilth.api.verify;

import farm.tilth.protocol.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * A payout period, and the secret from which its challenges are drawn.
 *
 * @param secretDigest public from the start
 * @param secret absent for anyone outside before the epoch is over
 */
public record Epoch(long number, Digest secretDigest, Instant startsAt, Instant endsAt, Optional<byte[]> secret) {
    /** As the public may see it. */
    Epoch publicAt(Instant now) {
        return endsAt.isAfter(now) ? new Epoch(number, secretDigest, startsAt, endsAt, Optional.empty()) : this;
    }
}
