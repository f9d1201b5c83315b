package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.EpochBook;
import farm.tilth.ledger.epoch.EpochClose;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.escrow.Escrow;
import farm.tilth.ledger.escrow.Holdback;
import farm.tilth.ledger.escrow.TaskPayment;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.ledger.postgres.PostgresLedger;
import farm.tilth.ledger.postgres.TestDatabase;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A customer's deposit on its way to a worker's account, over real contracts on a real chain and a real database. */
class LocalChainTest {
    private static final int CONFIRMATIONS = OutboxLimits.local().confirmations();
    private static final UUID CUSTOMER = new UUID(3, 4);
    private static final Digest HONEST = Digest.of(new byte[] {1});
    private static final Digest CHEAT = Digest.of(new byte[] {2});
    private static final PayoutAddress OWNER = new PayoutAddress("0x" + "0a".repeat(20));

    private final ChainKey customer = ChainKey.generate();
    private final ChainKey cheat = ChainKey.generate();
    private final TransactionSigner operator = TransactionSigner.of(ChainKey.generate());

    private Anvil anvil;
    private TestDatabase database;
    private Ledger ledger;
    private EpochBook book;
    private Outbox outbox;
    private Contracts contracts;
    private ChainMirror mirror;
    private ChainPostings postings;
    private Settlement settlement;
    private PayoutContract payouts;

    @BeforeEach
    void deploy() throws Exception {
        anvil = Anvil.start();
        database = TestDatabase.create(4);
        ledger = new PostgresLedger(database.dataSource(), new SettableClock());
        book = new PostgresEpochBook(database.dataSource());
        outbox = new Outbox(
                anvil.node(), new PostgresOutbox(database.dataSource()), operator, OutboxLimits.local(), Anvil.CHAIN);
        anvil.fuel(operator.address());
        Deployment deployment = new Deployment(outbox, Deployment.Terms.local(operator.address()));
        Optional<Contracts> deployed = Optional.empty();
        for (int i = 0; i < 20 && deployed.isEmpty(); i++) {
            deployed = deployment.step(Anvil.CHAIN);
            progress();
        }
        contracts = deployed.orElseThrow();
        mirror = new ChainMirror(anvil.node(), contracts, new PostgresMirror(database.dataSource()), CONFIRMATIONS);
        postings = new ChainPostings(new PostgresMirror(database.dataSource()), contracts, ledger);
        settlement = new Settlement(book, outbox, anvil.node(), contracts);
        payouts = new PayoutContract(anvil.node(), contracts);
    }

    @AfterEach
    void stop() throws Exception {
        anvil.close();
        database.close();
    }

    private void progress() {
        outbox.step();
        anvil.mine(CONFIRMATIONS);
        outbox.step();
    }

    private static List<Digest> workersOf(PayoutAddress address) {
        return address.equals(OWNER) ? List.of(HONEST) : List.of();
    }

    private void mirrored() {
        while (mirror.step()) {
            postings.step(LocalChainTest::workersOf);
        }
        postings.step(LocalChainTest::workersOf);
        assertEquals(List.of(), mirror.compare());
    }

    /** Has somebody other than the operator call a contract. */
    private void as(ChainKey key, PayoutAddress contract, byte[] call) {
        anvil.fuel(key.address());
        Outbox own = new Outbox(
                anvil.node(), new InMemoryOutbox(), TransactionSigner.of(key), OutboxLimits.local(), Anvil.CHAIN);
        own.want(new Intent("call", Optional.of(contract), call, 300_000));
        own.step();
        anvil.mine(CONFIRMATIONS);
        own.step();
        assertEquals(State.DONE, own.find("call").orElseThrow().state());
    }

    private void does(String id, PayoutAddress contract, byte[] call) {
        outbox.want(new Intent(id, Optional.of(contract), call, 300_000));
        progress();
        assertEquals(State.DONE, outbox.find(id).orElseThrow().state(), id);
    }

    private void give(ChainKey key, long amount) {
        does(
                "give:" + key.address(),
                contracts.token(),
                AbiCall.of("transfer(address,uint256)", key.address(), amount));
    }

    private void earn(Digest worker, JobId job, int tasks) {
        Receipt.Prices prices = new Receipt.Prices(1_000_000, 500);
        for (int i = 0; i < tasks; i++) {
            TaskPayment pay = new TaskPayment(new TaskId(job, i), worker, 1_000, prices);
            new Escrow(ledger).payAll(List.of(pay));
            new Holdback(ledger).earn(List.of(new Holdback.Held(pay.task(), worker, CUSTOMER, pay.workerShare())));
        }
    }

    private ClosedEpoch close(long number, Map<Digest, PayoutAddress> addresses) {
        ClosedEpoch epoch = new EpochClose(ledger, new Web3jKeccak())
                .close(
                        number,
                        worker -> Optional.ofNullable(addresses.get(worker)),
                        book.last().map(EpochBook.Page::epoch))
                .orElseThrow();
        book.add(new EpochBook.Page(epoch, new PayoutSigner(Anvil.CHAIN).sign(epoch, customer)));
        return epoch;
    }

    private void publish() {
        for (int i = 0; i < 10 && !settlement.step(); i++) {
            progress();
        }
        assertTrue(settlement.step(), "the root is on chain");
    }

    @Test
    void depositBecomesPayThatAWorkerClaims() {
        give(customer, 5_000_000);
        as(customer, contracts.token(), AbiCall.of("approve(address,uint256)", contracts.escrow(), 5_000_000L));
        as(customer, contracts.escrow(), AbiCall.of("deposit(bytes32,uint256)", customerReference(), 4_000_000L));
        mirrored();
        assertEquals(0, ledger.balance(AccountId.customer(CUSTOMER)).available(), "the payer can take it back");
        chargeOnceAndWithinTheDeposit();
        mirrored();
        assertEquals(3_000_000, ledger.balance(AccountId.customer(CUSTOMER)).available());

        JobId job = new JobId(new UUID(5, 6));
        new Escrow(ledger).open(job, CUSTOMER, 1_000_000);
        earn(HONEST, job, 3);
        long earned = ledger.balance(AccountId.worker(HONEST)).credited();
        ClosedEpoch epoch = close(1, Map.of(HONEST, OWNER));
        assertEquals(earned, epoch.total());
        assertEquals(new Settlement.Earnings(OWNER, 0, 0, earned), settlement.earnings(OWNER));
        publish();
        mirrored();
        assertEquals(Optional.empty(), settlement.claim(OWNER), "its window is open");
        anvil.letTimePass(11);
        assertEquals(new Settlement.Earnings(OWNER, earned, 0, 0), settlement.earnings(OWNER));
        settlement.claim(OWNER);
        progress();
        mirrored();
        assertEquals(earned, payouts.balance(OWNER, anvil.node().head().number()));
        assertEquals(Optional.empty(), settlement.claim(OWNER), "all is claimed");

        earn(HONEST, new JobId(new UUID(5, 6)), 5);
        close(2, Map.of(HONEST, OWNER));
        publish();
        anvil.letTimePass(11);
        settlement.claim(OWNER);
        progress();
        mirrored();
        long all = ledger.balance(AccountId.worker(HONEST)).credited();
        assertEquals(all, payouts.balance(OWNER, anvil.node().head().number()));
        assertEquals(0, ledger.balance(AccountId.worker(HONEST)).balance(), "what is claimed has left the books");
        assertEquals(all, ledger.balance(AccountId.CHAIN_OUT).credited());
        assertEquals(3_000_000, ledger.balance(AccountId.CHAIN_IN).debited());
        printGas();
    }

    private void chargeOnceAndWithinTheDeposit() {
        long deadline = anvil.node().head().timestamp() + 3_600;
        SpendingCap cap = SpendingCap.sign(customer, 3_000_000, deadline, contracts);
        SpendingCap more = new SpendingCap(cap.payer(), 4_000_000, deadline, cap.signature());
        assertRefused(ErrorCode.INVALID_REQUEST, more, "did not sign");
        assertRefused(ErrorCode.INVALID_REQUEST, SpendingCap.sign(customer, 1, 1, contracts), "time is over");
        assertRefused(
                ErrorCode.INSUFFICIENT_FUNDS,
                SpendingCap.sign(customer, 4_000_001, deadline, contracts),
                "deposited 4000000");
        settlement.charge(cap);
        settlement.charge(cap);
        progress();
        assertEquals(State.DONE, settlement.charge(cap).state());
        assertEquals(
                3_000_000,
                payouts.balance(contracts.distributor(), anvil.node().head().number()));
    }

    private void assertRefused(ErrorCode code, SpendingCap cap, String text) {
        FarmException e = assertThrows(FarmException.class, () -> settlement.charge(cap));
        assertEquals(code, e.code());
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }

    private static KeccakHash customerReference() {
        return KeccakHash.fromBytes(ByteBuffer.allocate(32)
                .putLong(16, CUSTOMER.getMostSignificantBits())
                .putLong(24, CUSTOMER.getLeastSignificantBits())
                .array());
    }

    private void printGas() {
        long root = outbox.find("publish:2").orElseThrow().gasUsed();
        long transfer = outbox.find("give:" + customer.address()).orElseThrow().gasUsed();
        System.out.printf(
                "operator's gas per worker: %.1f with 1,000 workers under one root, %.2f with 10,000; %d by transfers%n",
                root / 1_000.0, root / 10_000.0, transfer);
        assertTrue(root <= 75_000, "a root costs " + root);
    }

    @Test
    void cheatLosesItsStakeOnceForACase() {
        give(cheat, 1_000_000);
        as(cheat, contracts.token(), AbiCall.of("approve(address,uint256)", contracts.stakes(), 1_000_000L));
        as(cheat, contracts.stakes(), AbiCall.of("stake(uint256)", 1_000_000L));
        mirrored();
        assertEquals(
                new Settlement.Stake(cheat.address(), 1_000_000, 0, 0, 500_000), settlement.stake(cheat.address()));
        KeccakHash fault = KeccakHash.fromBytes(CHEAT.bytes());
        KeccakHash evidence = KeccakHash.fromBytes(HONEST.bytes());
        settlement.slash(cheat.address(), 400_000, fault, evidence);
        settlement.slash(cheat.address(), 400_000, fault, evidence);
        progress();
        mirrored();
        assertEquals(
                600_000, payouts.balance(contracts.stakes(), anvil.node().head().number()));
        byte[] again = AbiCall.of("slash(address,uint256,bytes32,bytes32)", cheat.address(), 400_000L, fault, evidence);
        outbox.want(new Intent("slash:again", Optional.of(contracts.stakes()), again, 300_000));
        progress();
        assertEquals(State.REVERTED, outbox.find("slash:again").orElseThrow().state());
        mirrored();
        assertEquals(
                600_000, payouts.balance(contracts.stakes(), anvil.node().head().number()));
    }

    @Test
    void reorganisationIsFollowed() {
        outbox.want(new Intent(
                "transfer",
                Optional.of(contracts.token()),
                AbiCall.of("transfer(address,uint256)", OWNER, 7L),
                100_000));
        outbox.step();
        anvil.mine(1);
        outbox.step();
        assertEquals(State.SENT, outbox.find("transfer").orElseThrow().state(), "one block is not final");
        anvil.reorganise(1);
        for (int i = 0; i < 6; i++) {
            outbox.step();
            anvil.mine(1);
        }
        outbox.step();
        assertEquals(State.DONE, outbox.find("transfer").orElseThrow().state());
        assertEquals(7, payouts.balance(OWNER, anvil.node().head().number()));
        mirrored();
    }

    @Test
    void deepReorganisationTakesTheMirrorBack() {
        anvil.mine(3);
        mirrored();
        anvil.reorganise(CONFIRMATIONS + 2);
        anvil.mine(2);
        mirrored();
    }

    @Test
    void operatorWithoutTokensIsToldWhatIsMissing() {
        does("spend", contracts.token(), AbiCall.of("transfer(address,uint256)", OWNER, 1_000_000_000_000_000L));
        new Treasury(ledger).credit(AccountId.worker(HONEST), 500, Cause.request("test", "pay"));
        close(1, Map.of(HONEST, OWNER));
        FarmException e = assertThrows(FarmException.class, settlement::step);
        assertEquals(ErrorCode.INSUFFICIENT_FUNDS, e.code());
        assertTrue(e.getMessage().contains("lacks 500"), e.getMessage());
        assertEquals(Optional.empty(), outbox.find("publish:1"));
    }

    @Test
    void rootThatIsNotTheFarmsIsNotClaimedUnder() {
        does(
                "foreign",
                contracts.distributor(),
                AbiCall.of("publish(uint64,bytes32,uint128)", 9L, new KeccakHash("0x" + "ab".repeat(32)), 0L));
        anvil.letTimePass(11);
        assertEquals(
                ErrorCode.CONFLICT,
                assertThrows(FarmException.class, () -> settlement.claim(OWNER)).code());
    }

    @Test
    void nodeOfAnotherChainIsRefused() {
        Outbox elsewhere = new Outbox(anvil.node(), new InMemoryOutbox(), operator, OutboxLimits.local(), 1);
        elsewhere.want(new Intent("x", Optional.of(contracts.token()), new byte[0], 21_000));
        FarmException e = assertThrows(FarmException.class, elsewhere::step);
        assertEquals(ErrorCode.CONFLICT, e.code());
        assertEquals(State.QUEUED, elsewhere.find("x").orElseThrow().state(), "nothing was signed");
    }
}
