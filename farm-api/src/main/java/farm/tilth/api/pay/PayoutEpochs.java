package farm.tilth.api.pay;

import farm.tilth.ledger.chain.PayoutSigner;
import farm.tilth.ledger.chain.PostgresEpochBook;
import farm.tilth.ledger.chain.Web3jKeccak;
import farm.tilth.ledger.epoch.ClosedEpoch;
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
        Map<Digest, PayoutAddress> addresses = payees.all();
        Optional<ClosedEpoch> before = book.last().map(EpochBook.Page::epoch);
        Optional<EpochBook.Page> page = closing.close(
                        number, worker -> Optional.ofNullable(addresses.get(worker)), before)
                .filter(epoch ->
                        before.isEmpty() || epoch.total() > before.get().total())
                .map(epoch -> new EpochBook.Page(epoch, key.signer().signRoot(signer, epoch)));
        page.ifPresent(book::add);
        fees.distribute(ledger, number);
        return page;
    }
}
