package farm.tilth.ledger.postgres;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Posting;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Step;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/** How rows become the ledger's values. */
final class PostgresRows {
    /** The columns that {@link #transfer} reads, of {@code t} with its accounts {@code d} and {@code c}. */
    static final String TRANSFER_COLUMNS = "t.id, t.step, d.name AS debit_name, c.name AS credit_name, t.amount,"
            + " t.purpose, t.cause, t.resolves, t.expires_at";

    private PostgresRows() {}

    static AccountBalance balance(ResultSet row) throws SQLException {
        return new AccountBalance(
                AccountId.parse(row.getString("name")),
                row.getLong("credited"),
                row.getLong("debited"),
                row.getLong("held"));
    }

    static Transfer transfer(ResultSet row) throws SQLException {
        return new Transfer(
                new TransferId(row.getObject("id", UUID.class)),
                AccountId.parse(row.getString("debit_name")),
                AccountId.parse(row.getString("credit_name")),
                row.getLong("amount"),
                Purpose.valueOf(row.getString("purpose")),
                new Cause(row.getString("cause")),
                step(row));
    }

    static Posting posting(ResultSet row) throws SQLException {
        return new Posting(
                row.getLong("number"),
                new TransferId(row.getObject("transfer", UUID.class)),
                instant(row, "at"),
                AccountId.parse(row.getString("name")),
                Posting.Direction.valueOf(row.getString("direction")),
                row.getLong("amount"),
                Purpose.valueOf(row.getString("purpose")),
                new Cause(row.getString("cause")));
    }

    private static Step step(ResultSet row) throws SQLException {
        Step.Kind kind = Step.Kind.valueOf(row.getString("step"));
        UUID resolves = row.getObject("resolves", UUID.class);
        return switch (kind) {
            case DIRECT -> new Step.Direct();
            case HOLD -> new Step.Hold(instant(row, "expires_at"));
            case POST -> new Step.Post(new TransferId(resolves));
            case RELEASE -> new Step.Release(new TransferId(resolves));
            case EXPIRE -> new Step.Expire(new TransferId(resolves));
        };
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
