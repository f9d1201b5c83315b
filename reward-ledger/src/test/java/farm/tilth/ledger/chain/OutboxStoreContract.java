package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.ledger.chain.OutboxEntry.Attempt;
import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What every store of an outbox does. */
abstract class OutboxStoreContract {
    static final PayoutAddress SENDER = new PayoutAddress("0x" + "01".repeat(20));
    static final PayoutAddress TARGET = new PayoutAddress("0x" + "02".repeat(20));

    abstract OutboxStore store();

    static Intent intent(String id) {
        return new Intent(id, Optional.of(TARGET), new byte[] {1, 2, 3}, 100_000);
    }

    static Attempt attempt(int number) {
        return new Attempt(
                new KeccakHash("0x%064x".formatted(number)), new byte[] {(byte) number}, 200 + number, 10, 5);
    }

    @Test
    void intentsWaitInTheirOrder() {
        OutboxStore store = store();
        store.add(intent("b"));
        store.add(intent("a"));
        store.add(intent("b"));
        assertEquals(List.of("b", "a"), ids(store.queued(10)));
        assertEquals(List.of("b"), ids(store.queued(1)));
    }

    @Test
    void anotherIntentOfTheSameIdIsRefused() {
        OutboxStore store = store();
        store.add(intent("a"));
        Intent other = new Intent("a", Optional.empty(), new byte[] {1, 2, 3}, 100_000);
        assertConflict(() -> store.add(other));
        assertEquals(intent("a"), store.find("a").orElseThrow().intent());
    }

    @Test
    void signedIntentKeepsItsNonceAndAllItsTransactions() {
        OutboxStore store = store();
        store.add(intent("a"));
        assertEquals(OptionalLong.empty(), store.lastNonce(SENDER));
        store.sign("a", SENDER, 7, attempt(1));
        store.replace("a", attempt(2));
        OutboxEntry entry = store.sent(SENDER, 10).getFirst();
        assertEquals(OptionalLong.of(7), entry.nonce());
        assertEquals(
                List.of(attempt(1).hash(), attempt(2).hash()),
                entry.attempts().stream().map(Attempt::hash).toList());
        assertArrayEquals(attempt(2).signed(), entry.attempts().getLast().signed());
        assertEquals(OptionalLong.of(7), store.lastNonce(SENDER));
        assertConflict(() -> store.sign("a", SENDER, 8, attempt(3)));
    }

    @Test
    void nonceServesOneIntent() {
        OutboxStore store = store();
        store.add(intent("a"));
        store.add(intent("b"));
        store.sign("a", SENDER, 0, attempt(1));
        assertConflict(() -> store.sign("b", SENDER, 0, attempt(2)));
        assertEquals(State.QUEUED, store.find("b").orElseThrow().state());
        store.sign("b", SENDER, 1, attempt(2));
        assertEquals(List.of("a", "b"), ids(store.sent(SENDER, 10)));
    }

    @Test
    void whatIsOverStaysSo() {
        OutboxStore store = store();
        store.add(intent("a"));
        assertConflict(() -> store.finish("a", State.DONE, 1));
        store.sign("a", SENDER, 0, attempt(1));
        store.finish("a", State.DONE, 21_000);
        assertConflict(() -> store.finish("a", State.REVERTED, 1));
        assertConflict(() -> store.replace("a", attempt(2)));
        OutboxEntry entry = store.add(intent("a"));
        assertEquals(State.DONE, entry.state());
        assertEquals(21_000, entry.gasUsed());
        assertEquals(List.of(), store.sent(SENDER, 10));
    }

    private static void assertConflict(Runnable call) {
        assertEquals(
                ErrorCode.CONFLICT, assertThrows(FarmException.class, call::run).code());
    }

    private static List<String> ids(List<OutboxEntry> entries) {
        return entries.stream().map(entry -> entry.intent().id()).toList();
    }
}
