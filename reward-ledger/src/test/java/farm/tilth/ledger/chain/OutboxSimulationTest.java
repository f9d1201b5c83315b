package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.epoch.KeccakHash;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The real outbox on a chain that loses blocks, forgets transactions, changes its price and does not answer, in a
 * program that dies at any call. Whatever happens, every intent happens exactly once.
 */
class OutboxSimulationTest {
    private static final long GWEI = 1_000_000_000L;
    private static final OutboxLimits LIMITS = new OutboxLimits(4, 3, 100 * GWEI, GWEI, 4, 8);

    /** One farm, one chain, and what goes wrong between them. */
    private static final class World {
        final Random random;
        final FakeChain chain;
        final InMemoryOutbox rows = new InMemoryOutbox();
        final TransactionSigner signer = new UncheckedSigner();
        final Map<String, State> over = new HashMap<>();
        int wanted;

        World(long seed) {
            random = new Random(seed);
            chain = new FakeChain(seed);
        }

        void want() {
            int number = random.nextInt(4) == 0 ? random.nextInt(wanted + 1) : wanted;
            rows.add(intent(number));
            wanted = Math.max(wanted, number + 1);
        }

        static Intent intent(int number) {
            byte[] data = ByteBuffer.allocate(4).putInt(number).array();
            return new Intent("intent-" + number, Optional.of(OutboxStoreContract.TARGET), data, 100_000);
        }

        void step(Faults faults) {
            try {
                new Outbox(
                                faults.around(ChainNode.class, chain),
                                faults.around(OutboxStore.class, rows),
                                signer,
                                LIMITS,
                                FakeChain.ID)
                        .step();
            } catch (Faults.Crash crash) {
                // The program is started again with the next step.
            }
        }

        void happen(int what) {
            switch (what) {
                case 0 -> want();
                case 1, 2, 3 -> chain.mine(random.nextInt(4));
                case 4 -> chain.reorganise(1 + random.nextInt(LIMITS.confirmations() - 1), random.nextDouble() / 2);
                case 5 -> chain.setBaseFee(random.nextInt(4) == 0 ? 150 * GWEI : (1 + random.nextInt(40)) * GWEI);
                case 6 -> chain.forget();
                default -> step(new Faults(_ -> random.nextInt(40) == 0, _ -> random.nextInt(40) == 0));
            }
        }

        void recover() {
            Faults none = new Faults(_ -> false, _ -> false);
            chain.setBaseFee(90 * GWEI); // what was signed for less must be replaced
            for (int i = 0;
                    i < 400 && rows.all().stream().anyMatch(e -> !e.state().over());
                    i++) {
                step(none);
                chain.mine(4);
                check();
            }
        }

        void check() {
            Map<KeccakHash, String> ours = new HashMap<>();
            Set<Long> nonces = new HashSet<>();
            for (OutboxEntry entry : rows.all()) {
                entry.attempts().forEach(a -> ours.put(a.hash(), entry.intent().id()));
                entry.nonce().ifPresent(nonce -> assertTrue(nonces.add(nonce), "two intents have nonce " + nonce));
                assertTrue(entry.attempts().size() <= LIMITS.attempts(), "too many attempts");
                entry.attempts().forEach(a -> assertTrue(a.maxFee() <= LIMITS.maxFee(), "dearer than allowed"));
            }
            chain.everSeen().keySet().forEach(hash -> assertTrue(ours.containsKey(hash), "sent before it was stored"));
            Map<String, Long> happened = chain.included().stream()
                    .collect(Collectors.groupingBy(t -> ours.get(t.hash()), Collectors.counting()));
            happened.forEach((id, times) -> assertEquals(1, times, id + " happened more than once"));
            for (OutboxEntry entry : rows.all()) {
                checkOver(entry, happened);
            }
        }

        private void checkOver(OutboxEntry entry, Map<String, Long> happened) {
            String id = entry.intent().id();
            State before = over.get(id);
            if (before != null) {
                assertEquals(before, entry.state(), id + " was over");
            }
            if (entry.state().over()) {
                assertEquals(State.DONE, entry.state(), id);
                assertTrue(happened.containsKey(id), id + " is done, and not in the chain");
                over.put(id, entry.state());
            }
        }
    }

    @Test
    void everyIntentHappensOnceWhateverGoesWrong() {
        run(0, 200);
    }

    @Test
    @Tag("long")
    void everyIntentHappensOnceOver10000Seeds() {
        run(1_000_000, 10_000);
    }

    private static void run(long first, int seeds) {
        for (long seed = first; seed < first + seeds; seed++) {
            World world = new World(seed);
            try {
                for (int i = 0; i < 150; i++) {
                    world.happen(world.random.nextInt(12));
                    world.check();
                }
                world.recover();
                assertTrue(world.rows.all().stream().allMatch(e -> e.state() == State.DONE), "not all happened");
                assertEquals(world.rows.all().size(), world.chain.included().size(), "as many as were wanted");
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + ": " + e, e);
            }
        }
    }

    /** The same story again and again, each time with a crash at another call. */
    @Test
    void crashAtAnyCallChangesNothing() {
        int calls = tell(new Faults(_ -> false, _ -> false));
        for (int i = 0; i < calls; i++) {
            int at = i;
            tell(new Faults(number -> number == at, _ -> false));
            tell(new Faults(_ -> false, number -> number == at));
        }
    }

    private static int tell(Faults faults) {
        World world = new World(7);
        for (int i = 0; i < 3; i++) {
            world.rows.add(World.intent(i));
        }
        for (int i = 0; i < 30; i++) {
            world.step(faults);
            if (i == 6) {
                world.chain.reorganise(2, 1);
            }
            if (i > 4) { // before that the transactions wait, and are replaced
                world.chain.mine(2);
            } else {
                world.chain.mine(0);
            }
            world.check();
        }
        assertTrue(world.rows.all().stream().allMatch(e -> e.state() == State.DONE), "all happened");
        return faults.calls();
    }
}
