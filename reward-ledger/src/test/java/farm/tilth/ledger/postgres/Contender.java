package farm.tilth.ledger.postgres;

import java.sql.SQLException;
import java.util.List;

/** A ledger that the benchmark drives; accounts are numbers. Thread-safe. */
interface Contender {
    /** An amount of 1 from one account to another. */
    record Move(int from, int to) {}

    String name();

    /** Makes accounts 0 to {@code count} - 1, each with enough to spend. */
    void open(int count) throws SQLException;

    /** Makes all of the moves, durably, in one call. */
    void move(List<Move> moves) throws SQLException;
}
