package farm.tilth.ledger.postgres;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Bookkeeper;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Step;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferId;
import farm.tilth.ledger.ledger.TransferResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * One batch in one transaction: lock the accounts in the order of their ids (so that batches cannot deadlock) and load
 * what is known, let the {@link Bookkeeper} decide, write the new transfers in one statement. The database applies them
 * to the accounts and checks every balance again.
 */
final class PostgresBatch {
    /**
     * Plans are made for each batch, since one from when the tables were empty would be kept for too long; and they use
     * the indices, since a batch's time must not grow with the ledger.
     */
    private static final String LOAD = """
            SET LOCAL plan_cache_mode = force_custom_plan;
            SET LOCAL enable_seqscan = off;
            SELECT id, name, credited, debited, held FROM ledger.account WHERE name = ANY (?) ORDER BY id FOR UPDATE;
            SELECT %s
            FROM ledger.transfer t
            JOIN ledger.account d ON d.id = t.debit
            JOIN ledger.account c ON c.id = t.credit
            WHERE t.id = ANY (?)
            """.formatted(PostgresRows.TRANSFER_COLUMNS);

    private static final String LOAD_RESOLUTIONS =
            "SELECT resolves, step FROM ledger.transfer WHERE resolves = ANY (?)";

    private static final String INSERT = """
            INSERT INTO ledger.transfer
                (id, step, debit, credit, amount, purpose, cause, resolves, expires_at, at)
            SELECT id, step, debit, credit, amount, purpose, cause, resolves, expires_at, ?
            FROM unnest(?::uuid[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[],
                        ?::uuid[], ?::timestamptz[])
                WITH ORDINALITY AS t(id, step, debit, credit, amount, purpose, cause, resolves, expires_at, place)
            ORDER BY place;
            COMMIT
            """;

    private static final String OPEN_ACCOUNTS = """
            INSERT INTO ledger.account (kind, name)
            SELECT kind, name FROM unnest(?::text[], ?::text[]) AS a(kind, name) ORDER BY name
            ON CONFLICT (name) DO NOTHING
            """;

    private final List<JournalEntry> entries;
    private final Instant now;
    private final Set<AccountId> accounts = new TreeSet<>();
    private final List<UUID> ids = new ArrayList<>();
    private final List<UUID> holds = new ArrayList<>();

    PostgresBatch(List<JournalEntry> entries, Instant now) {
        this.entries = entries;
        this.now = now;
        for (JournalEntry entry : entries) {
            for (Transfer transfer : entry.transfers()) {
                accounts.add(transfer.debit());
                accounts.add(transfer.credit());
                ids.add(transfer.id().value());
                transfer.step().resolves().ifPresent(hold -> holds.add(hold.value()));
            }
        }
        ids.addAll(holds);
    }

    /** What the ledger knows of a batch, with its accounts locked until the transaction ends. */
    private record Loaded(
            Map<AccountId, Long> accountIds,
            Map<AccountId, AccountBalance> balances,
            Map<TransferId, Transfer> transfers,
            Map<TransferId, Step.Kind> resolutions) {}

    /** Runs in the connection's transaction and commits it; empty, with nothing done, when accounts must be opened first. */
    Optional<List<TransferResult>> run(Connection connection) throws SQLException {
        Loaded loaded = load(connection);
        if (loaded.accountIds().size() < accounts.size()) {
            connection.rollback();
            return Optional.empty();
        }
        Bookkeeper bookkeeper = new Bookkeeper(loaded.balances(), loaded.transfers(), loaded.resolutions(), now);
        List<TransferResult> results = entries.stream().map(bookkeeper::decide).toList();
        List<Transfer> created = bookkeeper.created();
        if (created.isEmpty()) {
            connection.commit();
        } else {
            insertAndCommit(connection, created, loaded.accountIds());
        }
        return Optional.of(results);
    }

    /** Opens the accounts that are not there yet, in a transaction of its own: it holds no other lock meanwhile. */
    void openAccounts(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(OPEN_ACCOUNTS)) {
            setArray(
                    insert,
                    1,
                    "text",
                    accounts.stream().map(a -> a.kind().name()).toArray());
            setArray(
                    insert,
                    2,
                    "text",
                    accounts.stream().map(AccountId::toString).toArray());
            insert.executeUpdate();
        }
        connection.commit();
    }

    private Loaded load(Connection connection) throws SQLException {
        Loaded loaded = new Loaded(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        String sql = holds.isEmpty() ? LOAD : LOAD + ";\n" + LOAD_RESOLUTIONS;
        try (PreparedStatement load = connection.prepareStatement(sql)) {
            setArray(load, 1, "text", accounts.stream().map(AccountId::toString).toArray());
            setArray(load, 2, "uuid", ids.toArray());
            if (!holds.isEmpty()) {
                setArray(load, 3, "uuid", holds.toArray());
            }
            load.execute();
            try (ResultSet rows = nextRows(load)) {
                while (rows.next()) {
                    AccountBalance balance = PostgresRows.balance(rows);
                    loaded.accountIds().put(balance.account(), rows.getLong("id"));
                    loaded.balances().put(balance.account(), balance);
                }
            }
            try (ResultSet rows = nextRows(load)) {
                while (rows.next()) {
                    Transfer transfer = PostgresRows.transfer(rows);
                    loaded.transfers().put(transfer.id(), transfer);
                }
            }
            if (!holds.isEmpty()) {
                loadResolutions(load, loaded);
            }
        }
        return loaded;
    }

    private static void loadResolutions(PreparedStatement load, Loaded loaded) throws SQLException {
        try (ResultSet rows = nextRows(load)) {
            while (rows.next()) {
                loaded.resolutions()
                        .put(
                                new TransferId(rows.getObject("resolves", UUID.class)),
                                Step.Kind.valueOf(rows.getString("step")));
            }
        }
    }

    private static ResultSet nextRows(PreparedStatement statement) throws SQLException {
        while (!statement.getMoreResults(Statement.CLOSE_CURRENT_RESULT)) {
            if (statement.getUpdateCount() < 0) {
                throw new IllegalStateException("the ledger's statement has fewer results than queries");
            }
        }
        return statement.getResultSet();
    }

    /** In one exchange with the server: the accounts stay locked no longer than the commit takes. */
    private void insertAndCommit(Connection connection, List<Transfer> created, Map<AccountId, Long> accountIds)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, now.atOffset(ZoneOffset.UTC));
            setArray(
                    insert, 2, "uuid", created.stream().map(t -> t.id().value()).toArray());
            setArray(
                    insert,
                    3,
                    "text",
                    created.stream().map(t -> t.step().kind().name()).toArray());
            setArray(
                    insert,
                    4,
                    "bigint",
                    created.stream().map(t -> accountIds.get(t.debit())).toArray());
            setArray(
                    insert,
                    5,
                    "bigint",
                    created.stream().map(t -> accountIds.get(t.credit())).toArray());
            setArray(insert, 6, "bigint", created.stream().map(Transfer::amount).toArray());
            setArray(
                    insert,
                    7,
                    "text",
                    created.stream().map(t -> t.purpose().name()).toArray());
            setArray(
                    insert,
                    8,
                    "text",
                    created.stream().map(t -> t.cause().text()).toArray());
            setArray(
                    insert,
                    9,
                    "uuid",
                    created.stream().map(PostgresBatch::resolves).toArray());
            setArray(
                    insert,
                    10,
                    "timestamptz",
                    created.stream().map(PostgresBatch::expiresAt).toArray());
            insert.executeUpdate();
        }
    }

    private static Object resolves(Transfer transfer) {
        return transfer.step().resolves().map(TransferId::value).orElse(null);
    }

    private static OffsetDateTime expiresAt(Transfer transfer) {
        return transfer.step() instanceof Step.Hold(Instant expiresAt) ? expiresAt.atOffset(ZoneOffset.UTC) : null;
    }

    private static void setArray(PreparedStatement statement, int index, String type, Object[] values)
            throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }
}
