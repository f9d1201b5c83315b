package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.CombiningLedger;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.SettableClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random histories of money with crashes at every step, lost replies and repetitions; a failure names its seed. */
public class LedgerSimulationTest {
    private static final int STEPS = 60;

    @Test
    void everyInvariantHoldsAtEveryStep() {
        run(Long.getLong("tilth.seed", 1), 200);
    }

    @Test
    @Tag("long")
    void everyInvariantHoldsOver10000Seeds() {
        run(Long.getLong("tilth.seed", 1_000), 10_000);
    }

    private static void run(long first, int seeds) {
        for (long seed = first; seed < first + seeds; seed++) {
            SettableClock clock = new SettableClock();
            simulate(new LedgerWorld(seed, clock, new CombiningLedger(new InMemoryLedger(clock), 1)), seed, STEPS);
        }
    }

    /** One history, from its beginning to where everything is settled. */
    public static void simulate(LedgerWorld world, long seed, int steps) {
        LedgerInvariants invariants = new LedgerInvariants(world);
        List<String> history = new ArrayList<>();
        try {
            for (int i = 0; i < steps; i++) {
                history.add(world.step());
                invariants.check();
            }
            world.finish();
            invariants.checkEnd();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + " (-Dtilth.seed=" + seed + "): " + e + "\n" + history, e);
        }
    }
}
