package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import farm.tilth.ledger.chain.PayoutContract.PublishedRoot;
import farm.tilth.ledger.epoch.EpochBook;
import farm.tilth.ledger.epoch.EpochClose;
import farm.tilth.ledger.epoch.Payout;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.escrow.LedgerWorld;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The real ledger, escrow, holdback, epochs, outbox, settlement, mirror and postings, in a program that dies at any call,
 * on a chain that loses blocks, forgets transactions and changes its price. In the end the books, the last epoch's total
 * and the chain say the same of every worker's pay.
 */
class SettlementSimulationTest {
    private static final long GWEI = 1_000_000_000L;
    private static final OutboxLimits LIMITS = new OutboxLimits(4, 3, 100 * GWEI, GWEI, 4, 8);
    private static final Faults NONE = new Faults(_ -> false, _ -> false);

    /** One farm with its chain. The workers 0 and 1 belong to one owner, the others to one each. */
    private static final class World {
        final Random random;
        final SettableClock clock = new SettableClock();
        final Ledger ledger = new InMemoryLedger(clock);
        final LedgerWorld jobs;
        final FakeChain chain;
        final EpochBook book = new InMemoryEpochBook();
        final InMemoryOutbox outbox = new InMemoryOutbox();
        final MirrorStore events = new InMemoryMirror();
        final Set<String> published = new HashSet<>();

        World(long seed) {
            random = new Random(seed);
            jobs = new LedgerWorld(seed, clock, ledger);
            chain = new FakeChain(seed);
        }

        static PayoutAddress payee(int worker) {
            return FakeContracts.address(0xb0 + Math.max(1, worker));
        }

        static List<Digest> workersOf(PayoutAddress address) {
            return IntStream.range(0, LedgerWorld.WORKERS)
                    .filter(i -> payee(i).equals(address))
                    .mapToObj(LedgerWorld::worker)
                    .toList();
        }

        static Optional<PayoutAddress> payeeOf(Digest worker) {
            return IntStream.range(0, LedgerWorld.WORKERS)
                    .filter(i -> LedgerWorld.worker(i).equals(worker))
                    .mapToObj(World::payee)
                    .findFirst();
        }

        void happen(int what) {
            switch (what) {
                case 0, 1, 2, 3, 4, 11, 12, 13, 14, 15 -> jobs.step();
                case 5, 6, 7 -> chain.mine(random.nextInt(4));
                case 8 -> chain.reorganise(1 + random.nextInt(LIMITS.confirmations() - 1), random.nextDouble() / 2);
                case 9 -> chain.setBaseFee(random.nextInt(4) == 0 ? 150 * GWEI : (1 + random.nextInt(40)) * GWEI);
                case 10 -> chain.forget();
                default ->
                    step(new Faults(_ -> random.nextInt(60) == 0, _ -> random.nextInt(60) == 0), random.nextInt(6));
            }
        }

        /** One step of the farm's program, which may die in it; what cannot be done yet is left for later. */
        void step(Faults faults, int part) {
            Ledger books = faults.around(Ledger.class, ledger);
            ChainNode node = faults.around(ChainNode.class, chain);
            EpochBook pages = faults.around(EpochBook.class, book);
            MirrorStore mirrored = faults.around(MirrorStore.class, events);
            Outbox sending = new Outbox(
                    node, faults.around(OutboxStore.class, outbox), new UncheckedSigner(), LIMITS, FakeChain.ID);
            Settlement settlement = new Settlement(pages, sending, node, FakeContracts.PLACES);
            try {
                switch (part) {
                    case 0 -> close(books, pages);
                    case 1 -> settlement.step();
                    case 2 -> settlement.claim(payee(random.nextInt(LedgerWorld.WORKERS)));
                    case 3 -> new ChainMirror(node, FakeContracts.PLACES, mirrored, LIMITS.confirmations()).step();
                    case 4 -> new ChainPostings(mirrored, FakeContracts.PLACES, books).step(World::workersOf);
                    default -> sending.step();
                }
            } catch (Faults.Crash crash) {
                // The program is started again with the next step.
            } catch (FarmException e) {
                // A root that reverted is covered by the next epoch's.
                assertEquals(ErrorCode.CONFLICT, e.code(), e.getMessage());
                assertTrue(e.getMessage().contains("intent publish:"), e.getMessage());
            }
        }

        private static void close(Ledger ledger, EpochBook book) {
            Optional<EpochBook.Page> before = book.last();
            long number = before.map(page -> page.epoch().epoch() + 1).orElse(1L);
            new EpochClose(ledger, new Web3jKeccak())
                    .close(number, World::payeeOf, before.map(EpochBook.Page::epoch))
                    .filter(epoch -> before.isEmpty()
                            || epoch.total() > before.get().epoch().total())
                    .ifPresent(epoch -> book.add(new EpochBook.Page(epoch, "")));
        }

        void check() {
            FakeContracts contracts = chain.contracts();
            for (PublishedRoot root : contracts.roots()) {
                EpochBook.Page page = book.find(root.epoch()).orElseThrow();
                assertEquals(page.epoch().payoutRoot(), root.root(), "a root that the farm did not close");
                assertEquals(page.epoch().total(), root.total(), "another total than the books'");
                assertTrue(
                        contracts.balance(FakeContracts.PLACES.distributor()) + contracts.totalClaimed()
                                >= root.total(),
                        "a root without its tokens");
            }
            for (int i = 1; i < LedgerWorld.WORKERS; i++) {
                assertTrue(contracts.claimed(payee(i)) <= earned(payee(i)), "more was claimed than was earned");
            }
        }

        long earned(PayoutAddress payee) {
            return workersOf(payee).stream()
                    .mapToLong(
                            worker -> ledger.balance(AccountId.worker(worker)).credited())
                    .sum();
        }

        /** Everything comes to its end, without faults. */
        void recover() {
            jobs.finish();
            chain.setBaseFee(90 * GWEI);
            close(ledger, book);
            for (int i = 0; i < 120; i++) {
                for (int part = 0; part < 6; part++) {
                    step(NONE, part);
                }
                for (int worker = 1; worker < LedgerWorld.WORKERS; worker++) {
                    claim(worker);
                }
                chain.mine(4);
                check();
                nudge();
            }
        }

        private void claim(int worker) {
            Outbox sending = new Outbox(chain, outbox, new UncheckedSigner(), LIMITS, FakeChain.ID);
            new Settlement(book, sending, chain, FakeContracts.PLACES).claim(payee(worker));
        }

        /** A root that reverted needs a later epoch, and so somebody who earns. */
        private void nudge() {
            book.last()
                    .flatMap(page -> Optional.ofNullable(
                            outbox.find("publish:" + page.epoch().epoch()).orElse(null)))
                    .filter(entry -> entry.state() == OutboxEntry.State.REVERTED)
                    .ifPresent(entry -> {
                        if (published.add(entry.intent().id())) {
                            new Treasury(ledger)
                                    .credit(
                                            AccountId.worker(LedgerWorld.worker(0)),
                                            1,
                                            Cause.request(
                                                    "nudge", entry.intent().id()));
                        }
                    });
        }

        /** Books = last epoch = chain. */
        void checkEnd() {
            FakeContracts contracts = chain.contracts();
            List<Payout> payouts =
                    book.last().map(page -> page.epoch().payouts()).orElse(List.of());
            long total = 0;
            for (int i = 1; i < LedgerWorld.WORKERS; i++) {
                PayoutAddress payee = payee(i);
                long earned = earned(payee);
                total += earned;
                assertEquals(earned, contracts.claimed(payee), "claimed by " + payee);
                assertEquals(earned, contracts.balance(payee), "tokens of " + payee);
                assertEquals(
                        earned,
                        payouts.stream()
                                .filter(payout -> payout.address().equals(payee))
                                .mapToLong(Payout::cumulative)
                                .sum(),
                        "in the last epoch");
            }
            for (int i = 0; i < LedgerWorld.WORKERS; i++) {
                assertEquals(
                        0,
                        ledger.balance(AccountId.worker(LedgerWorld.worker(i))).balance(),
                        "not paid out");
            }
            assertEquals(total, ledger.balance(AccountId.CHAIN_OUT).credited(), "what left the books");
            assertEquals(total, contracts.totalClaimed(), "what left the distributor");
            assertEquals(
                    List.of(), new ChainMirror(chain, FakeContracts.PLACES, events, LIMITS.confirmations()).compare());
        }
    }

    @Test
    void booksEpochsAndChainAgreeWhateverGoesWrong() {
        int paid = run(0, 40);
        assertTrue(paid > 20, "somebody was paid in no more than " + paid + " of 40 histories");
    }

    @Test
    @Tag("long")
    void booksEpochsAndChainAgreeOver10000Seeds() {
        run(1_000_000, 10_000);
    }

    /** How many of the histories ended with somebody paid. */
    private static int run(long first, int seeds) {
        int paid = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            World world = new World(seed);
            try {
                for (int i = 0; i < 300; i++) {
                    world.happen(world.random.nextInt(32));
                    world.check();
                }
                world.recover();
                world.checkEnd();
                paid += world.chain.contracts().totalClaimed() > 0 ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + ": " + e, e);
            }
        }
        return paid;
    }
}
