package farm.tilth.api.pay;

import farm.tilth.ledger.chain.PayoutSigner;
import farm.tilth.ledger.chain.PostgresEpochBook;
import farm.tilth.ledger.chain.Web3jKeccak;
import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.ConvertedPay;
import farm.tilth.ledger.epoch.EmissionClose;
import farm.tilth.ledger.epoch.EpochBook;
import farm.tilth.ledger.epoch.EpochClose;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.escrow.FeeSplit;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.protocol.Digest;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Closes payout epochs, by the clock or because the operator says so, and signs their roots. */
@ApplicationScoped
class PayoutEpochs {
    private final EpochBook book;
    private final EpochClose closing;
    private final Ledger ledger;
    private final FeeSplit fees;
    private final PostgresPayees payees;
    private final OperatorKey key;
    private final PayoutConfig config;
    private final PayoutSigner signer;
    private final InstantSource clock;
    private final boolean sharesEmission;
    private volatile OptionalLong emitted = OptionalLong.empty();
    private long lastTried = Long.MIN_VALUE;

    PayoutEpochs(
            AgroalDataSource dataSource,
            Ledger ledger,
            PostgresPayees payees,
            OperatorKey key,
            PayoutConfig config,
            ChainConfig chain,
            InstantSource clock) {
        this.book = new PostgresEpochBook(dataSource);
        this.closing = new EpochClose(ledger, new Web3jKeccak());
        this.ledger = ledger;
        this.fees = FeeSplit.parse(config.feeSplit());
        this.payees = payees;
        this.key = key;
        this.config = config;
        this.signer = new PayoutSigner(chain.url().isPresent() ? chain.id() : 0);
        this.clock = clock;
        this.sharesEmission = chain.burnAndMint() && chain.url().isPresent();
    }

    /** Where pay is a share of an emission: all that was emitted so far. */
    void emitted(long amount) {
        emitted = OptionalLong.of(amount);
    }

    EpochBook book() {
        return book;
    }

    /** Closes the epoch that is over by the clock, once. */
    synchronized void closeIfDue() {
        long over = running() - 1;
        if (over > lastTried
                && book.last().map(page -> page.epoch().epoch() < over).orElse(true)) {
            close(over);
        }
        lastTried = over;
    }

    /** Closes an epoch now; empty when nothing was earned since the one before. */
    synchronized Optional<EpochBook.Page> closeNow() {
        long next = book.last().map(page -> page.epoch().epoch() + 1).orElse(0L);
        return close(Math.max(next, running()));
    }

    private long running() {
        return Math.floorDiv(clock.millis(), config.epoch().toMillis());
    }

    private Optional<EpochBook.Page> close(long number) {
        Optional<EpochBook.Page> page = sharesEmission ? share(number) : payEarned(number);
        page.ifPresent(book::add);
        postConverted();
        fees.distribute(ledger, number);
        return page;
    }

    private Optional<EpochBook.Page> payEarned(long number) {
        Optional<ClosedEpoch> before = book.last().map(EpochBook.Page::epoch);
        return earned(number, before)
                .filter(epoch ->
                        before.isEmpty() || epoch.total() > before.get().total())
                .map(epoch -> new EpochBook.Page(epoch, key.signer().signRoot(signer, epoch)));
    }

    private Optional<EpochBook.Page> share(long number) {
        if (emitted.isEmpty()) {
            return Optional.empty();
        }
        return earned(number, Optional.empty()).flatMap(earned -> new EmissionClose(new Web3jKeccak())
                .share(earned, book.last(), emitted.getAsLong())
                .map(epoch -> new EpochBook.Page(epoch, key.signer().signRoot(signer, epoch), earned.payouts())));
    }

    private Optional<ClosedEpoch> earned(long number, Optional<ClosedEpoch> before) {
        Map<Digest, PayoutAddress> addresses = payees.all();
        return closing.close(number, worker -> Optional.ofNullable(addresses.get(worker)), before);
    }

    /** Also what a crash has left of the epoch before. */
    private void postConverted() {
        if (sharesEmission) {
            book.last().ifPresent(page -> ConvertedPay.post(ledger, page, payees::workersOf));
        }
    }
}
