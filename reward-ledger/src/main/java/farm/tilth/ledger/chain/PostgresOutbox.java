package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.OutboxEntry.Attempt;
import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;

/** The outbox on PostgreSQL, schema {@code chain}: each call one transaction. Blocks; thread-safe. */
public final class PostgresOutbox implements OutboxStore {
    private static final String INTENTS =
            "SELECT number, id, recipient, data, gas_limit, state, nonce, gas_used FROM chain.intent ";

    private static final String ADD = """
            INSERT INTO chain.intent (id, recipient, data, gas_limit) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """;

    private static final String SIGN = """
            WITH signed AS (
                UPDATE chain.intent SET state = 'SENT', sender = ?, nonce = ? WHERE id = ? AND state = 'QUEUED'
                RETURNING number
            )
            INSERT INTO chain.attempt (intent, number, hash, signed, max_fee, tip, sent_at_block)
            SELECT number, 0, ?, ?, ?, ?, ? FROM signed
            """;

    private static final String REPLACE = """
            INSERT INTO chain.attempt (intent, number, hash, signed, max_fee, tip, sent_at_block)
            SELECT i.number, (SELECT count(*) FROM chain.attempt a WHERE a.intent = i.number), ?, ?, ?, ?, ?
            FROM chain.intent i WHERE i.id = ? AND i.state = 'SENT'
            """;

    private static final String FINISH =
            "UPDATE chain.intent SET state = ?, gas_used = ? WHERE id = ? AND state = 'SENT'";

    private final DataSource dataSource;

    /** The data source hands out connections with auto-commit on; Flyway made the schema. */
    public PostgresOutbox(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public OutboxEntry add(Intent intent) {
        update(ADD, intent.id(), intent.to().map(PayoutAddress::hex).orElse(null), intent.data(), intent.gasLimit());
        OutboxEntry entry = find(intent.id()).orElseThrow();
        if (!entry.intent().equals(intent)) {
            throw new FarmException(ErrorCode.CONFLICT, "another intent is called " + intent.id());
        }
        return entry;
    }

    @Override
    public Optional<OutboxEntry> find(String id) {
        return entries("WHERE id = ?", id).stream().findFirst();
    }

    @Override
    public List<OutboxEntry> queued(int limit) {
        return entries("WHERE state = 'QUEUED' ORDER BY number LIMIT ?", limit);
    }

    @Override
    public List<OutboxEntry> sent(PayoutAddress sender, int limit) {
        return entries("WHERE state = 'SENT' AND sender = ? ORDER BY nonce LIMIT ?", sender.hex(), limit);
    }

    @Override
    public OptionalLong lastNonce(PayoutAddress sender) {
        return query(
                        "SELECT max(nonce) FROM chain.intent WHERE sender = ? HAVING max(nonce) IS NOT NULL",
                        row -> row.getLong(1),
                        sender.hex())
                .stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    @Override
    public void sign(String id, PayoutAddress sender, long nonce, Attempt attempt) {
        int signed = update(
                SIGN,
                sender.hex(),
                nonce,
                id,
                attempt.hash().hex(),
                attempt.signed(),
                attempt.maxFee(),
                attempt.tip(),
                attempt.sentAtBlock());
        requireOne(signed, "intent " + id + " is not waiting for its nonce");
    }

    @Override
    public void replace(String id, Attempt attempt) {
        int replaced = update(
                REPLACE,
                attempt.hash().hex(),
                attempt.signed(),
                attempt.maxFee(),
                attempt.tip(),
                attempt.sentAtBlock(),
                id);
        requireOne(replaced, "intent " + id + " is not on its way");
    }

    @Override
    public void finish(String id, State state, long gasUsed) {
        requireOne(update(FINISH, state.name(), gasUsed, id), "intent " + id + " is not on its way");
    }

    private static void requireOne(int rows, String otherwise) {
        if (rows != 1) {
            throw new FarmException(ErrorCode.CONFLICT, otherwise);
        }
    }

    private record Row(long number, Intent intent, State state, OptionalLong nonce, long gasUsed) {}

    private List<OutboxEntry> entries(String which, Object... parameters) {
        List<OutboxEntry> entries = new ArrayList<>();
        for (Row row : query(INTENTS + which, PostgresOutbox::row, parameters)) {
            List<Attempt> attempts = query(
                    "SELECT hash, signed, max_fee, tip, sent_at_block FROM chain.attempt WHERE intent = ? ORDER BY number",
                    PostgresOutbox::attempt,
                    row.number());
            entries.add(new OutboxEntry(row.intent(), row.state(), row.nonce(), attempts, row.gasUsed()));
        }
        return entries;
    }

    private static Row row(ResultSet row) throws SQLException {
        long nonce = row.getLong("nonce");
        OptionalLong given = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(nonce);
        Intent intent = new Intent(
                row.getString("id"),
                Optional.ofNullable(row.getString("recipient")).map(PayoutAddress::new),
                row.getBytes("data"),
                row.getLong("gas_limit"));
        return new Row(
                row.getLong("number"), intent, State.valueOf(row.getString("state")), given, row.getLong("gas_used"));
    }

    private static Attempt attempt(ResultSet row) throws SQLException {
        return new Attempt(
                new KeccakHash(row.getString("hash")),
                row.getBytes("signed"),
                row.getLong("max_fee"),
                row.getLong("tip"),
                row.getLong("sent_at_block"));
    }

    private <T> List<T> query(String sql, PostgresStatements.RowMapper<T> mapper, Object... parameters) {
        return PostgresStatements.query(dataSource, sql, mapper, parameters);
    }

    private int update(String sql, Object... parameters) {
        return PostgresStatements.update(dataSource, sql, parameters);
    }
}
