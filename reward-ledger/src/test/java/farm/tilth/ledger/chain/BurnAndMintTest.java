package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.ConvertedPay;
import farm.tilth.ledger.epoch.EmissionClose;
import farm.tilth.ledger.epoch.EpochBook;
import farm.tilth.ledger.epoch.EpochClose;
import farm.tilth.ledger.epoch.Payout;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Credit that is bought by burning and pay that is a share of an emission, on a real chain. */
class BurnAndMintTest {
    private static final UUID CUSTOMER = new UUID(3, 4);
    private static final Digest ANN = Digest.of(new byte[] {1});
    private static final Digest BOB = Digest.of(new byte[] {2});
    private static final Map<Digest, PayoutAddress> PAYEES =
            Map.of(ANN, FakeContracts.address(0xaaa), BOB, FakeContracts.address(0xbbb));
    private static final long EMISSION = 1_000_001;
    private static final BurnAndMint.Terms TERMS = new BurnAndMint.Terms(100, 3, 100_000, EMISSION, 2_000_000);

    private final ChainKey customer = ChainKey.generate();
    private final TransactionSigner operator = TransactionSigner.of(ChainKey.generate());
    private final Ledger ledger = new InMemoryLedger(new SettableClock());
    private final EpochBook book = new InMemoryEpochBook();
    private Anvil anvil;
    private Outbox outbox;
    private BurnAndMint mode;
    private Contracts contracts;
    private PayoutContract payouts;
    private Settlement settlement;

    @BeforeEach
    void deploy() throws Exception {
        anvil = Anvil.start();
        outbox = new Outbox(anvil.node(), new InMemoryOutbox(), operator, OutboxLimits.local(), Anvil.CHAIN);
        anvil.fuel(operator.address());
        Deployment.Terms terms = Deployment.Terms.local(operator.address());
        mode = new BurnAndMint(anvil.node(), outbox, terms, TERMS);
        Optional<Contracts> all = Optional.empty();
        for (int i = 0; i < 40 && all.isEmpty(); i++) {
            all = new Deployment(outbox, terms).step(Anvil.CHAIN).flatMap(mode::deploy);
            anvil.letTimePass(20);
            progress();
        }
        contracts = all.orElseThrow();
        payouts = new PayoutContract(anvil.node(), contracts);
        settlement = new Settlement(book, outbox, anvil.node(), contracts);
    }

    @AfterEach
    void stop() throws Exception {
        anvil.close();
    }

    private void progress() {
        outbox.step();
        anvil.mine(OutboxLimits.local().confirmations());
        outbox.step();
    }

    private long head() {
        return anvil.node().head().number();
    }

    private long emitted() {
        return mode.emitted(contracts, head());
    }

    private void burn(long amount, long wanted) {
        outbox.want(new Intent(
                "give:" + amount,
                Optional.of(contracts.token()),
                AbiCall.of("transfer(address,uint256)", customer.address(), amount),
                100_000));
        progress();
        anvil.fuel(customer.address());
        Outbox own = new Outbox(
                anvil.node(), new InMemoryOutbox(), TransactionSigner.of(customer), OutboxLimits.local(), Anvil.CHAIN);
        int number = 0;
        for (WalletCall call : WalletCall.buy(contracts, CUSTOMER, amount, wanted)) {
            byte[] data = HexFormat.of().parseHex(call.data(), 2, call.data().length());
            own.want(new Intent("call" + number++, Optional.of(call.to()), data, 300_000));
            own.step();
            anvil.mine(OutboxLimits.local().confirmations());
            own.step();
        }
    }

    private void earn(Digest worker, long amount, String cause) {
        new Treasury(ledger).credit(AccountId.worker(worker), amount, Cause.request("test", cause));
    }

    private Optional<EpochBook.Page> close(long number) {
        Optional<EpochBook.Page> before = book.last();
        Optional<EpochBook.Page> page = new EpochClose(ledger, new Web3jKeccak())
                .close(number, worker -> Optional.of(PAYEES.get(worker)), Optional.empty())
                .flatMap(earned -> new EmissionClose(new Web3jKeccak())
                        .share(earned, before, emitted())
                        .map(epoch -> new EpochBook.Page(epoch, "", earned.payouts())));
        page.ifPresent(book::add);
        page.ifPresent(closed -> ConvertedPay.post(ledger, closed, BurnAndMintTest::workersOf));
        page.ifPresent(closed -> ConvertedPay.post(ledger, closed, BurnAndMintTest::workersOf));
        return page;
    }

    private static List<Digest> workersOf(PayoutAddress address) {
        return PAYEES.entrySet().stream()
                .filter(payee -> payee.getValue().equals(address))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void emit() {
        anvil.letTimePass(100);
        mode.step(contracts, 2_000_000);
        progress();
    }

    private void publish() {
        for (int i = 0; i < 10 && !settlement.step(); i++) {
            progress();
        }
        anvil.letTimePass(11);
    }

    @Test
    void burnBuysCreditAtThePriceAndChangesNoEmission() {
        MirrorStore events = new InMemoryMirror();
        ChainMirror mirror = new ChainMirror(
                anvil.node(), contracts, events, OutboxLimits.local().confirmations());
        ChainPostings postings = new ChainPostings(events, contracts, ledger);
        burn(3_000_000, 6_000_000);
        while (mirror.step()) {
            postings.step(BurnAndMintTest::workersOf);
        }
        postings.step(BurnAndMintTest::workersOf);
        postings.step(BurnAndMintTest::workersOf);
        assertEquals(6_000_000, ledger.balance(AccountId.customer(CUSTOMER)).available(), "at 2 for a token");
        assertEquals(0, payouts.balance(customer.address(), head()), "the tokens are gone");
        burn(500_000, 1_000_001);
        assertEquals(500_000, payouts.balance(customer.address(), head()), "refused for less than was wanted");

        long before = emitted();
        emit();
        long first = emitted() - before;
        burn(900_000_000, 1);
        long between = emitted();
        emit();
        assertTrue(first >= EMISSION, "a period was minted");
        assertTrue(emitted() - between <= first, "a burn of 900 T mints nothing more");
    }

    @Test
    void emissionIsSharedByWorkAndClaimed() {
        emit();
        assertTrue(emitted() > 0);
        assertEquals(Optional.empty(), close(1), "nobody has worked");
        earn(ANN, 10, "1");
        earn(BOB, 20, "2");
        ClosedEpoch first = close(1).orElseThrow().epoch();
        assertEquals(emitted(), first.total(), "all of it, to the last unit");
        long ann = first.payouts().getFirst().cumulative();
        assertTrue(Math.abs(3 * ann - first.total()) < 3, "a third");
        assertEquals(0, ledger.balance(AccountId.worker(BOB)).balance(), "turned into tokens");
        assertEquals(30, ledger.balance(AccountId.CHAIN_OUT).credited());
        assertEquals(Optional.empty(), close(2), "nothing new");
        publish();
        settlement.claim(PAYEES.get(ANN));
        progress();
        assertEquals(ann, payouts.balance(PAYEES.get(ANN), head()));

        FarmException fell = assertThrows(FarmException.class, () -> new EmissionClose(new Web3jKeccak())
                .share(
                        new ClosedEpoch(2, first.payoutRoot(), 9, 0, List.of(new Payout(PAYEES.get(ANN), 9))),
                        book.last(),
                        Long.MAX_VALUE));
        assertEquals(ErrorCode.CONFLICT, fell.code());

        earn(BOB, 5, "3");
        emit();
        ClosedEpoch second = close(2).orElseThrow().epoch();
        assertEquals(ann, second.payouts().getFirst().cumulative(), "ann did nothing");
        assertEquals(emitted(), second.total());
        publish();
        settlement.claim(PAYEES.get(BOB));
        progress();
        assertEquals(second.total() - ann, payouts.balance(PAYEES.get(BOB), head()));
    }

    @Test
    void priceFollowsInStepsOfAFactorOfTwo() {
        for (int i = 0; i < 4; i++) {
            mode.step(contracts, 7_000_000);
            progress();
        }
        byte[] price = anvil.node().call(contracts.burnMint().orElseThrow(), AbiCall.of("price()"), head());
        assertEquals(7_000_000, AbiCall.number(price, 0).longValueExact());
    }
}
