package farm.tilth.ledger.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.AccountKind;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Posting;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.Step;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferId;
import farm.tilth.ledger.ledger.TransferResult;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Random batches go to the ledger in memory and to the one on PostgreSQL: results, balances and postings must be equal, and the database's own audit must find nothing.
 */
class LedgerModelTest {
    private static final int SEEDS = 6;
    private static final int BATCHES = 40;

    @Test
    void bothLedgersAgreeOnEverything() throws SQLException {
        long first = Long.getLong("tilth.seed", 1);
        Set<TransferResult> seen = EnumSet.noneOf(TransferResult.class);
        for (long seed = first; seed < first + SEEDS; seed++) {
            try (TestDatabase database = TestDatabase.create(2)) {
                SettableClock clock = new SettableClock();
                new Run(seed, clock, new PostgresLedger(database.dataSource(), clock), seen).run();
                assertEquals(List.of(), database.query("SELECT name FROM ledger.discrepancy"), "seed " + seed);
                assertEquals(
                        List.of("0"),
                        database.query("SELECT sum(credited) - sum(debited) FROM ledger.account"),
                        "seed " + seed);
            }
        }
        Set<TransferResult> unseen = EnumSet.complementOf(EnumSet.copyOf(seen));
        unseen.remove(TransferResult.TOTAL_TOO_LARGE);
        unseen.remove(TransferResult.BALANCE_TOO_LARGE);
        assertTrue(unseen.isEmpty(), "no seed from " + first + " on met " + unseen);
    }

    /** One seed's history. */
    private static final class Run {
        private final long seed;
        private final Random random;
        private final SettableClock clock;
        private final Ledger model;
        private final Ledger postgres;
        private final Set<TransferResult> seen;
        private final List<AccountId> accounts = new ArrayList<>();
        private final List<Transfer> made = new ArrayList<>();
        private long seconds;

        Run(long seed, SettableClock clock, Ledger postgres, Set<TransferResult> seen) {
            this.seed = seed;
            this.random = new Random(seed);
            this.clock = clock;
            this.model = new InMemoryLedger(clock);
            this.postgres = postgres;
            this.seen = seen;
            accounts.add(AccountId.TREASURY);
            accounts.add(AccountId.FEES);
            for (int i = 0; i < 4; i++) {
                accounts.add(AccountId.customer(new UUID(0, i)));
            }
        }

        void run() {
            for (int i = 0; i < BATCHES; i++) {
                seconds += random.nextInt(3);
                clock.set(Instant.ofEpochSecond(seconds, random.nextInt(1_000_000_000)));
                List<JournalEntry> batch = batch();
                List<TransferResult> results = model.createEntries(batch);
                seen.addAll(results);
                assertEquals(results, postgres.createEntries(batch), () -> "seed " + seed + ", batch " + batch);
                if (random.nextInt(5) == 0) {
                    int limit = 1 + random.nextInt(3);
                    assertEquals(model.expireHolds(limit), postgres.expireHolds(limit), "seed " + seed);
                }
                if (i % 5 == 4) {
                    compare();
                }
            }
        }

        private List<JournalEntry> batch() {
            List<JournalEntry> batch = new ArrayList<>();
            int size = random.nextInt(12);
            for (int i = 0; i < size; i++) {
                List<Transfer> entry = new ArrayList<>();
                int transfers = random.nextInt(4) == 0 ? random.nextInt(4) : 1;
                for (int j = 0; j < transfers; j++) {
                    entry.add(transfer());
                }
                batch.add(new JournalEntry(entry));
            }
            return batch;
        }

        private Transfer transfer() {
            if (!made.isEmpty() && random.nextInt(5) > 1) {
                return variation(made.get(made.size() - 1 - random.nextInt(Math.min(12, made.size()))));
            }
            AccountId debit = accounts.get(random.nextInt(4) == 0 ? 0 : random.nextInt(accounts.size()));
            AccountId credit = debit;
            while (credit.equals(debit)) {
                credit = accounts.get(random.nextInt(accounts.size()));
            }
            Cause cause = Cause.request("model", Integer.toString(made.size()));
            Transfer transfer = random.nextInt(3) == 0
                    ? Transfer.hold(
                            Purpose.CALL,
                            cause,
                            debit,
                            credit,
                            amount(),
                            Instant.ofEpochSecond(seconds + 1 + random.nextInt(12)))
                    : Transfer.direct(Purpose.PAY, cause, debit, credit, amount());
            made.add(transfer);
            return transfer;
        }

        /** A repetition, a repetition with something changed, or the end of a hold. */
        private Transfer variation(Transfer t) {
            boolean hold = t.step() instanceof Step.Hold;
            return switch (random.nextInt(hold ? 11 : 6)) {
                case 0 -> t;
                case 1 -> new Transfer(t.id(), t.debit(), t.credit(), t.amount() + 1, t.purpose(), t.cause(), t.step());
                case 2 -> new Transfer(t.id(), t.credit(), t.debit(), t.amount(), t.purpose(), t.cause(), t.step());
                case 3 -> new Transfer(t.id(), t.debit(), t.credit(), t.amount(), Purpose.SLASH, t.cause(), t.step());
                case 4 ->
                    new Transfer(
                            t.id(),
                            t.debit(),
                            t.credit(),
                            t.amount(),
                            t.purpose(),
                            t.cause(),
                            hold ? new Step.Direct() : new Step.Hold(Instant.ofEpochSecond(seconds + 5)));
                case 5 ->
                    new Transfer(
                            id(t, "again"),
                            t.debit(),
                            t.credit(),
                            1 + random.nextLong(2 * t.amount()),
                            t.purpose(),
                            t.cause(),
                            new Step.Post(t.id()));
                case 6, 9 -> t.post(1 + random.nextLong(t.amount()));
                case 7, 8 -> random.nextInt(4) > 0 ? t.release() : t.expire();
                default ->
                    new Transfer(
                            id(t, "elsewhere"),
                            t.credit(),
                            t.debit(),
                            t.amount(),
                            t.purpose(),
                            t.cause(),
                            random.nextBoolean() ? new Step.Release(t.id()) : new Step.Expire(t.id()));
            };
        }

        private TransferId id(Transfer transfer, String salt) {
            String name = transfer.id() + salt + random.nextInt(2);
            return new TransferId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
        }

        private long amount() {
            return 1 + random.nextLong(random.nextInt(3) == 0 ? 1_000 : 50);
        }

        private void compare() {
            String message = "seed " + seed;
            long sum = 0;
            for (AccountId account : accounts) {
                AccountBalance balance = model.balance(account);
                assertEquals(balance, postgres.balance(account), message);
                assertTrue(balance.available() >= 0 || account.kind() == AccountKind.TREASURY, message);
                assertEquals(model.debitsByPurpose(account), postgres.debitsByPurpose(account), message);
                sum += balance.balance();
            }
            assertEquals(0, sum, message);
            assertEquals(
                    model.balances(AccountKind.CUSTOMER, "", 100),
                    postgres.balances(AccountKind.CUSTOMER, "", 100),
                    message);
            assertEquals(unnumbered(model.journal(0, 5_000)), unnumbered(postgres.journal(0, 5_000)), message);
            List<AccountId> some = accounts.subList(2, 4);
            assertEquals(
                    unnumbered(model.statement(some, 0, 5_000)),
                    unnumbered(postgres.statement(some, 0, 5_000)),
                    message);
            for (Transfer transfer : made.subList(Math.max(0, made.size() - 5), made.size())) {
                assertEquals(model.find(transfer.id()), postgres.find(transfer.id()), message);
            }
        }

        /** Numbers rise alike in both and are not the same: a transaction that was rolled back leaves a gap. */
        private static List<Posting> unnumbered(List<Posting> postings) {
            long last = 0;
            List<Posting> result = new ArrayList<>();
            for (Posting p : postings) {
                assertTrue(p.number() > last, "postings are out of order");
                last = p.number();
                result.add(new Posting(
                        0, p.transfer(), p.at(), p.account(), p.direction(), p.amount(), p.purpose(), p.cause()));
            }
            return result;
        }
    }
}
