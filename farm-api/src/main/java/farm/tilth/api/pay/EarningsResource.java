package farm.tilth.api.pay;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Public;
import farm.tilth.api.access.Requests;
import farm.tilth.api.access.Role;
import farm.tilth.api.lease.PostgresWorkers;
import farm.tilth.ledger.chain.OutboxEntry;
import farm.tilth.ledger.chain.Settlement;
import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.EpochBook;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What owners have earned, where it goes, and the roots that prove it. Amounts are in the smallest unit. */
@Path("/api/v1")
@RunOnVirtualThread
public class EarningsResource {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_WORKERS = 1000;
    private static final int MAX_EPOCHS = 100;

    private final CurrentCaller caller;
    private final PostgresWorkers workers;
    private final Ledger ledger;
    private final PayoutEpochs epochs;
    private final ChainSettlement chain;

    EarningsResource(
            CurrentCaller caller, PostgresWorkers workers, Ledger ledger, PayoutEpochs epochs, ChainSettlement chain) {
        this.caller = caller;
        this.workers = workers;
        this.ledger = ledger;
        this.epochs = epochs;
        this.chain = chain;
    }

    /**
     * What an owner has earned.
     *
     * @param earned all that the ledger paid to the account's workers for good
     * @param heldBack what they may still lose
     * @param address where it goes, once the owner said so
     * @param published what the root that can be claimed under covers of it; absent without a chain
     * @param claimed what was paid out on chain
     * @param claimable what can be claimed now
     * @param pending what the newest closed epoch adds to it, whose root is not claimable yet
     */
    public record EarningsView(
            long earned,
            long heldBack,
            Optional<PayoutAddress> address,
            Optional<Long> published,
            Optional<Long> claimed,
            Optional<Long> claimable,
            Optional<Long> pending) {}

    /** Where to pay. */
    public record AddressRequest(String address) {}

    /**
     * A claim on its way.
     *
     * @param state NOTHING_TO_CLAIM, or the state of its transaction
     */
    public record ClaimView(String state, EarningsView earnings) {}

    /** A closed epoch; the payouts are at {@code payout-epochs/{epoch}/payouts}. */
    public record EpochView(
            long epoch, KeccakHash payoutRoot, long total, long withoutAddress, int payees, String signature) {
        static EpochView of(EpochBook.Page page) {
            ClosedEpoch epoch = page.epoch();
            return new EpochView(
                    epoch.epoch(),
                    epoch.payoutRoot(),
                    epoch.total(),
                    epoch.withoutAddress(),
                    epoch.payouts().size(),
                    page.signature());
        }
    }

    /** The account's earnings. */
    @GET
    @Path("earnings")
    @Needs(Role.OWNER)
    public EarningsView earnings() {
        UUID account = caller.get().account();
        List<Digest> own = workers.list(Optional.of(account), MAX_WORKERS).await().atMost(DATABASE_TIMEOUT).stream()
                .map(PostgresWorkers.Worker::id)
                .toList();
        long earned = own.stream()
                .mapToLong(id -> ledger.balance(AccountId.worker(id)).credited())
                .sum();
        long heldBack = own.stream()
                .mapToLong(id -> ledger.balance(AccountId.holdback(id)).balance())
                .sum();
        Optional<PayoutAddress> address = epochs.book().address(account);
        Optional<Settlement.Earnings> onChain =
                address.flatMap(payee -> chain.settlement().map(settlement -> settlement.earnings(payee)));
        return new EarningsView(
                earned,
                heldBack,
                address,
                onChain.map(Settlement.Earnings::published),
                onChain.map(Settlement.Earnings::claimed),
                onChain.map(Settlement.Earnings::claimable),
                onChain.map(Settlement.Earnings::pending));
    }

    /** Says where the account's earnings go; once. */
    @POST
    @Path("payout-address")
    @Needs(Role.OWNER)
    public EarningsView payTo(AddressRequest request) {
        Requests.check(Requests.present(request).address() != null, "address is missing: 0x and 40 hexadecimal digits");
        epochs.book().name(caller.get().account(), PayoutAddress.parse(request.address()));
        return earnings();
    }

    /** Has the farm bring the account's claim to the chain, at the farm's own cost. Safe to repeat. */
    @POST
    @Path("claims")
    @Needs(Role.OWNER)
    public ClaimView claim() {
        Settlement settlement = chain.settlement()
                .orElseThrow(() -> new FarmException(
                        ErrorCode.CONFLICT,
                        "this farm settles on no chain at present: earnings stay in its ledger, and its signed roots"
                                + " prove them"));
        PayoutAddress address = epochs.book()
                .address(caller.get().account())
                .orElseThrow(() ->
                        new FarmException(ErrorCode.CONFLICT, "say first where to pay: ./tilth claim --to ADDRESS"));
        Optional<OutboxEntry> claim = settlement.claim(address);
        chain.wake();
        return new ClaimView(claim.map(entry -> entry.state().name()).orElse("NOTHING_TO_CLAIM"), earnings());
    }

    /** Closes a payout epoch now. */
    @POST
    @Path("payout-epochs")
    @Needs(Role.OPERATOR)
    public EpochView close() {
        EpochView closed = epochs.closeNow()
                .map(EpochView::of)
                .orElseThrow(() -> new FarmException(
                        ErrorCode.CONFLICT, "no owner with a payout address has earned anything since the last epoch"));
        chain.wake();
        return closed;
    }

    /** The newest epochs first: anyone can check their roots by their payouts. */
    @GET
    @Path("payout-epochs")
    @Public
    public List<EpochView> closed() {
        return epochs.book().newest(MAX_EPOCHS).stream().map(EpochView::of).toList();
    }

    /** The leaves of an epoch's tree, from which anyone can rebuild every proof. */
    @GET
    @Path("payout-epochs/{epoch}/payouts")
    @Public
    public ClosedEpoch payouts(@PathParam("epoch") long epoch) {
        return epochs.book()
                .find(epoch)
                .map(EpochBook.Page::epoch)
                .orElseThrow(() -> new FarmException(ErrorCode.NOT_FOUND, "no payout epoch " + epoch + " was closed"));
    }
}
