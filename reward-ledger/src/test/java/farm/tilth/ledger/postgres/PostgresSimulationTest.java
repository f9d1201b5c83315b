package farm.tilth.ledger.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.ledger.escrow.LedgerSimulationTest;
import farm.tilth.ledger.escrow.LedgerWorld;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.protocol.result.LedgerCheck;
import farm.tilth.protocol.result.SigningKey;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same histories as in memory, over the real database; its log then passes the audit that needs no farm. */
@Timeout(120)
class PostgresSimulationTest {
    private static final int SEEDS = 3;
    private static final int STEPS = 40;

    @Test
    void everyInvariantHoldsAndTheLogCanBeAudited() throws SQLException {
        long first = Long.getLong("tilth.seed", 1);
        SigningKey key = SigningKey.generate();
        for (long seed = first; seed < first + SEEDS; seed++) {
            try (TestDatabase database = TestDatabase.create(2)) {
                SettableClock clock = new SettableClock();
                PostgresLedger ledger = new PostgresLedger(database.dataSource(), clock);
                LedgerSimulationTest.simulate(new LedgerWorld(seed, clock, ledger), seed, STEPS);
                assertEquals(List.of(), database.query("SELECT name FROM ledger.discrepancy"), "seed " + seed);
                PostgresSeals seals = new PostgresSeals(database.dataSource(), InstantSource.system());
                while (seals.seal(50) + seals.seal(50) > 0) {
                    seals.anchor(key);
                }
                LedgerCheck check = new LedgerCheck(seals.anchors(0, 1000), Optional.of(key.publicKey()));
                seals.log(0, 10_000).forEach(check::take);
                LedgerCheck.Outcome outcome = check.finish();
                assertEquals(List.of(), outcome.findings(), "seed " + seed);
                assertEquals(outcome.transfers(), outcome.anchored(), "seed " + seed);
            }
        }
    }
}
