package farm.tilth.ledger.postgres;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.AccountKind;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.LedgerLimits;
import farm.tilth.ledger.ledger.Posting;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferId;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The ledger on PostgreSQL, schema {@code ledger}. Blocks; thread-safe, over any number of replicas. A batch is one
 * transaction, durable when the call returns.
 */
public final class PostgresLedger implements Ledger {
    private static final int ATTEMPTS = 5;
    /** Serialisation failure, deadlock, and an id that another transaction took after this one had looked. */
    private static final Set<String> CONTENTION = Set.of("40001", "40P01", "23505");

    private static final String FIND = """
            SELECT %s
            FROM ledger.transfer t
            JOIN ledger.account d ON d.id = t.debit
            JOIN ledger.account c ON c.id = t.credit
            WHERE t.id = ?
            """.formatted(PostgresRows.TRANSFER_COLUMNS);

    private static final String BALANCE = "SELECT name, credited, debited, held FROM ledger.account WHERE name = ?";

    /** A range of the index on names: '0' follows '/', which ends the kind's part of a name. */
    private static final String BALANCES = """
            SELECT name, credited, debited, held
            FROM ledger.account
            WHERE name >= ? AND name <> ? AND name < ? || '0' AND (credited > 0 OR debited > 0 OR held > 0)
            ORDER BY name
            LIMIT ?
            """;

    /** From each account no more than a page: an index range for each side. */
    private static final String STATEMENT = """
            SELECT p.number, p.transfer, p.at, a.name, p.direction, p.amount, p.purpose, p.cause
            FROM ledger.account a
            CROSS JOIN LATERAL (
                (SELECT 2 * number AS number, id AS transfer, at, 'DEBIT' AS direction, amount, purpose, cause
                 FROM ledger.transfer t
                 WHERE t.debit = a.id AND t.number > ? AND t.step IN ('DIRECT', 'POST')
                 ORDER BY t.number
                 LIMIT ?)
                UNION ALL
                (SELECT 2 * number + 1, id, at, 'CREDIT', amount, purpose, cause
                 FROM ledger.transfer t
                 WHERE t.credit = a.id AND t.number > ? AND t.step IN ('DIRECT', 'POST')
                 ORDER BY t.number
                 LIMIT ?)
            ) AS p
            WHERE a.name = ANY (?)
            ORDER BY p.number
            LIMIT ?
            """;

    private static final String JOURNAL = """
            SELECT p.number, p.transfer, p.at, a.name, p.direction, p.amount, p.purpose, p.cause
            FROM (
                SELECT * FROM ledger.transfer
                WHERE number > ? AND step IN ('DIRECT', 'POST')
                ORDER BY number
                LIMIT ?
            ) AS t
            CROSS JOIN LATERAL (
                VALUES (2 * t.number, t.id, t.at, t.debit, 'DEBIT', t.amount, t.purpose, t.cause),
                       (2 * t.number + 1, t.id, t.at, t.credit, 'CREDIT', t.amount, t.purpose, t.cause)
            ) AS p(number, transfer, at, account, direction, amount, purpose, cause)
            JOIN ledger.account a ON a.id = p.account
            WHERE p.number > ?
            ORDER BY p.number
            LIMIT ?
            """;

    private static final String DEBITS_BY_PURPOSE = """
            SELECT purpose, sum(amount)::bigint AS amount
            FROM ledger.transfer
            WHERE debit = (SELECT id FROM ledger.account WHERE name = ?) AND step IN ('DIRECT', 'POST')
            GROUP BY purpose
            """;

    private static final String DUE_HOLDS = """
            SELECT %s
            FROM (SELECT id, expires_at FROM ledger.open_hold WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) AS o
            JOIN ledger.transfer t ON t.id = o.id
            JOIN ledger.account d ON d.id = t.debit
            JOIN ledger.account c ON c.id = t.credit
            ORDER BY o.expires_at
            """.formatted(PostgresRows.TRANSFER_COLUMNS);

    private final DataSource dataSource;
    private final InstantSource clock;

    /** The data source must hand out connections with auto-commit on, as every pool does; Flyway made the schema. */
    public PostgresLedger(DataSource dataSource, InstantSource clock) {
        this.dataSource = dataSource;
        this.clock = clock;
    }

    @Override
    public List<TransferResult> createEntries(List<JournalEntry> entries) {
        LedgerLimits.checkBatch(entries);
        if (entries.stream().allMatch(entry -> entry.transfers().isEmpty())) {
            return entries.stream().map(_ -> TransferResult.EXISTS).toList();
        }
        PostgresBatch batch = new PostgresBatch(entries, now());
        return repeating(() -> inTransaction(batch));
    }

    /** Something that is safe to do again. */
    interface Work<T> {
        T run() throws SQLException;
    }

    /**
     * Everything that the ledger does is safe to repeat, so what failed for a passing reason is tried again, on another
     * connection: the pool may hold some that died with their server.
     */
    static <T> T repeating(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.run();
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !(CONTENTION.contains(String.valueOf(e.getSQLState())) || isOutage(e))) {
                    throw failure(e);
                }
            }
        }
    }

    private List<TransferResult> inTransaction(PostgresBatch batch) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Optional<List<TransferResult>> results = batch.run(connection);
                if (results.isEmpty()) {
                    batch.openAccounts(connection);
                    results = batch.run(connection);
                }
                connection.setAutoCommit(true);
                return results.orElseThrow(() -> new IllegalStateException("an account of the ledger has vanished"));
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public Optional<Transfer> find(TransferId id) {
        return query(FIND, PostgresRows::transfer, id.value()).stream().findFirst();
    }

    @Override
    public AccountBalance balance(AccountId account) {
        return query(BALANCE, PostgresRows::balance, account.toString()).stream()
                .findFirst()
                .orElse(AccountBalance.zero(account));
    }

    @Override
    public List<AccountBalance> balances(AccountKind kind, String afterOwner, int limit) {
        LedgerLimits.checkPage(limit);
        String first = kind.name().toLowerCase(Locale.ROOT);
        String after = first + "/" + afterOwner;
        return query(BALANCES, PostgresRows::balance, afterOwner.isEmpty() ? first : after, after, first, limit);
    }

    @Override
    public List<Posting> statement(Collection<AccountId> accounts, long after, int limit) {
        LedgerLimits.checkPage(limit);
        String[] names = accounts.stream().map(AccountId::toString).distinct().toArray(String[]::new);
        long debitAfter = Math.floorDiv(after, 2);
        long creditAfter = Math.floorDiv(after - 1, 2);
        return query(STATEMENT, PostgresRows::posting, debitAfter, limit, creditAfter, limit, names, limit);
    }

    @Override
    public List<Posting> journal(long after, int limit) {
        LedgerLimits.checkPage(limit);
        return query(JOURNAL, PostgresRows::posting, Math.floorDiv(after - 1, 2), limit, after, limit);
    }

    @Override
    public Map<Purpose, Long> debitsByPurpose(AccountId account) {
        Map<Purpose, Long> sums = new EnumMap<>(Purpose.class);
        query(
                        DEBITS_BY_PURPOSE,
                        row -> Map.entry(Purpose.valueOf(row.getString("purpose")), row.getLong("amount")),
                        account.toString())
                .forEach(sum -> sums.put(sum.getKey(), sum.getValue()));
        return sums;
    }

    @Override
    public int expireHolds(int limit) {
        LedgerLimits.checkPage(limit);
        List<Transfer> due = query(DUE_HOLDS, PostgresRows::transfer, now().atOffset(ZoneOffset.UTC), limit);
        return (int) create(due.stream().map(Transfer::expire).toList()).stream()
                .filter(TransferResult.CREATED::equals)
                .count();
    }

    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) {
        return repeating(() -> rows(sql, mapper, parameters));
    }

    private <T> List<T> rows(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(
                        i + 1,
                        parameters[i] instanceof String[] names
                                ? connection.createArrayOf("text", names)
                                : parameters[i]);
            }
            List<T> result = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    result.add(mapper.map(rows));
                }
            }
            return result;
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static FarmException failure(SQLException e) {
        if (isOutage(e)) {
            return new FarmException(
                    ErrorCode.UNAVAILABLE, "the ledger's database cannot be reached; send the request again", e);
        }
        if (CONTENTION.contains(String.valueOf(e.getSQLState()))) {
            return new FarmException(
                    ErrorCode.UNAVAILABLE,
                    "the ledger could not take the batch in " + ATTEMPTS + " attempts; send it again",
                    e);
        }
        return new FarmException(ErrorCode.INTERNAL, "the ledger's database refused: " + e.getMessage(), e);
    }

    /** A connection that broke (08), a server that ends (57) or is full (53), a pool that has none (no state). */
    private static boolean isOutage(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57") || state.startsWith("53");
    }
}
