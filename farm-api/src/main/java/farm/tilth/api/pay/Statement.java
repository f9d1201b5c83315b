package farm.tilth.api.pay;

import farm.tilth.ledger.ledger.Posting;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A page of what moved, oldest first.
 *
 * @param account who asked
 * @param balance what that account can spend now
 * @param postings the page; over the whole farm, credits less debits are 0
 */
public record Statement(UUID account, long balance, List<Line> postings) {
    /** One side of a transfer. {@code number} is what the next page continues after. */
    public record Line(
            long number,
            String transfer,
            Instant at,
            String account,
            Posting.Direction direction,
            long amount,
            String purpose,
            Optional<String> job,
            Optional<Integer> task) {
        static Line of(Posting posting) {
            return new Line(
                    posting.number(),
                    posting.transfer().toString(),
                    posting.at(),
                    posting.account().toString(),
                    posting.direction(),
                    posting.amount(),
                    posting.purpose().name(),
                    posting.cause().job().map(Object::toString),
                    posting.cause().task().map(task -> task.index()));
        }
    }
}
