package farm.tilth.api.pay;

import farm.tilth.ledger.chain.PostgresStatements;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.Digest;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Faults that are to be paid for out of a stake, and what was decided about them. Blocks. */
@ApplicationScoped
class PostgresPenalties {
    /** A worker that was cleared since, or whose owner is paid nowhere, is left alone. */
    private static final String DUE = """
            SELECT f.fault, f.worker, f.document, p.address
            FROM proven_fault f
            JOIN worker w ON w.id = f.worker AND w.at_fault_at <= f.found_at
            JOIN chain.payout_address p ON p.account = w.account
            WHERE f.found_at <= ? AND NOT EXISTS (SELECT FROM penalty d WHERE d.fault = f.fault)
            ORDER BY f.found_at, f.fault LIMIT ?""";

    private static final String DECIDE = """
            INSERT INTO penalty (fault, case_id, evidence, document, worker, owner, amount, decided_at, sent)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fault) DO NOTHING""";

    private static final String PENALTIES =
            "SELECT fault, case_id, evidence, document, worker, owner, amount, decided_at FROM penalty ";

    private final AgroalDataSource dataSource;

    PostgresPenalties(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** A fault that nothing was decided about. */
    record Fault(String name, Digest worker, String document, PayoutAddress owner) {}

    /**
     * A decision.
     *
     * @param caseId the SHA-256 of the fault's name
     * @param evidence the SHA-256 of the document
     * @param amount in the smallest unit; 0 when too little was at stake to be sent for
     */
    record Penalty(
            String fault,
            Digest caseId,
            Digest evidence,
            String document,
            Digest worker,
            PayoutAddress owner,
            long amount,
            Instant decidedAt) {}

    List<Fault> due(Instant foundBefore, int limit) {
        return PostgresStatements.query(
                dataSource,
                DUE,
                row -> new Fault(
                        row.getString("fault"),
                        new Digest(row.getString("worker")),
                        row.getString("document"),
                        new PayoutAddress(row.getString("address"))),
                foundBefore.atOffset(ZoneOffset.UTC),
                limit);
    }

    void decide(Penalty penalty) {
        PostgresStatements.update(
                dataSource,
                DECIDE,
                penalty.fault(),
                penalty.caseId().hex(),
                penalty.evidence().hex(),
                penalty.document(),
                penalty.worker().hex(),
                penalty.owner().hex(),
                penalty.amount(),
                penalty.decidedAt().atOffset(ZoneOffset.UTC),
                penalty.amount() == 0);
    }

    /** Decided, and not known to be in the outbox. */
    List<Penalty> notSent(int limit) {
        return PostgresStatements.query(
                dataSource,
                PENALTIES + "WHERE NOT sent ORDER BY decided_at LIMIT ?",
                PostgresPenalties::penalty,
                limit);
    }

    void sent(Penalty penalty) {
        PostgresStatements.update(dataSource, "UPDATE penalty SET sent = true WHERE fault = ?", penalty.fault());
    }

    List<Penalty> newest(int limit) {
        return PostgresStatements.query(
                dataSource, PENALTIES + "ORDER BY decided_at DESC LIMIT ?", PostgresPenalties::penalty, limit);
    }

    /** The newest decisions about an owner. */
    List<Penalty> newestOf(PayoutAddress owner, int limit) {
        return PostgresStatements.query(
                dataSource,
                PENALTIES + "WHERE owner = ? ORDER BY decided_at DESC LIMIT ?",
                PostgresPenalties::penalty,
                owner.hex(),
                limit);
    }

    private static Penalty penalty(ResultSet row) throws SQLException {
        return new Penalty(
                row.getString("fault"),
                new Digest(row.getString("case_id")),
                new Digest(row.getString("evidence")),
                row.getString("document"),
                new Digest(row.getString("worker")),
                new PayoutAddress(row.getString("owner")),
                row.getLong("amount"),
                row.getTimestamp("decided_at").toInstant());
    }
}
