package farm.tilth.api.pay;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Public;
import farm.tilth.api.access.Requests;
import farm.tilth.api.access.Role;
import farm.tilth.ledger.chain.ChainMirror;
import farm.tilth.ledger.chain.Contracts;
import farm.tilth.ledger.chain.OutboxEntry;
import farm.tilth.ledger.chain.Settlement;
import farm.tilth.ledger.chain.SpendingCap;
import farm.tilth.ledger.chain.WalletCall;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The chain that the farm settles on, if it does, and what people's own wallets can do there. The farm never has their
 * keys: it says what is to be signed. Amounts are in the smallest unit.
 */
@Path("/api/v1")
@RunOnVirtualThread
public class ChainResource {
    private static final int MAX_PENALTIES = 1_000;
    private static final int MAX_KEY = 100;

    private final CurrentCaller caller;
    private final ChainSettlement chain;
    private final PostgresPayees payees;
    private final Penalties penalties;

    ChainResource(CurrentCaller caller, ChainSettlement chain, PostgresPayees payees, Penalties penalties) {
        this.caller = caller;
        this.chain = chain;
        this.payees = payees;
        this.penalties = penalties;
    }

    /**
     * The chain.
     *
     * @param problem why settlement waits, if it does
     * @param costs the operator's final transactions, by what they did
     */
    public record ChainView(
            boolean settles,
            Optional<Contracts> contracts,
            Optional<String> problem,
            Optional<MirrorView> mirror,
            Map<String, CostView> costs) {}

    /** The farm's mirror of the tokens, compared with the chain at the end of a block. */
    public record MirrorView(long block, int holders, List<ChainMirror.Discrepancy> differences) {}

    /** What transactions of a kind cost in all. */
    public record CostView(long transactions, long gas) {}

    /**
     * What a proven fault costs.
     *
     * @param caseId the digest of the fault's name; the contract takes for it once
     * @param evidence the digest of the document
     * @param state of the transaction, or NOTHING_AT_STAKE
     */
    public record PenaltyView(
            String fault,
            Digest caseId,
            Digest evidence,
            String document,
            Digest worker,
            PayoutAddress owner,
            long amount,
            Instant decidedAt,
            String state) {}

    /** Tokens for somebody. */
    public record GrantRequest(PayoutAddress address, long amount) {}

    /** A transaction of the operator's on its way. */
    public record SentView(String id, String state) {}

    /** An amount that a wallet is to move. */
    public record AmountRequest(long amount) {}

    /** Tokens to burn, and the least credit that is taken for them, if that matters. */
    public record BuyRequest(long amount, Optional<Long> wanted) {}

    /** An address that a wallet is to pay to. */
    public record AddressRequest(PayoutAddress address) {}

    /** What a payer is to sign. */
    public record CapRequest(PayoutAddress payer, long cap, long deadline) {}

    /** Where payouts are settled, and how that goes. */
    @GET
    @Path("chain")
    @Public
    public ChainView chain() {
        Optional<Contracts> contracts = chain.contracts();
        ChainSettlement.Mirror mirror = chain.mirrored();
        Map<String, CostView> costs = new TreeMap<>();
        payees.costs().forEach((kind, cost) -> costs.put(kind, new CostView(cost.transactions(), cost.gas())));
        return new ChainView(
                contracts.isPresent(),
                contracts,
                chain.problem(),
                contracts.map(_ -> new MirrorView(mirror.block(), mirror.holders(), mirror.differences())),
                costs);
    }

    /** What proven faults have cost, the newest first. */
    @GET
    @Path("penalties")
    @Public
    public List<PenaltyView> penalties() {
        return penalties.newest(MAX_PENALTIES).stream().map(this::view).toList();
    }

    private PenaltyView view(PostgresPenalties.Penalty penalty) {
        String state = penalty.amount() == 0
                ? "NOTHING_AT_STAKE"
                : chain.settlement()
                        .flatMap(settlement -> settlement.slashed(Penalties.word(penalty.caseId())))
                        .map(entry -> entry.state().name())
                        .orElse("DECIDED");
        return new PenaltyView(
                penalty.fault(),
                penalty.caseId(),
                penalty.evidence(),
                penalty.document(),
                penalty.worker(),
                penalty.owner(),
                penalty.amount(),
                penalty.decidedAt(),
                state);
    }

    /** Gives somebody tokens of the operator's; with an Idempotency-Key once. */
    @POST
    @Path("chain/grants")
    @Needs(Role.OPERATOR)
    public SentView grant(@HeaderParam("Idempotency-Key") Optional<String> key, GrantRequest request) {
        String cause = key.orElseGet(() -> UUID.randomUUID().toString());
        Requests.check(
                !cause.isBlank() && cause.length() <= MAX_KEY,
                "the header Idempotency-Key needs 1 to " + MAX_KEY + " characters");
        Requests.check(Requests.present(request).address() != null, "address is missing");
        OutboxEntry entry = settlement().grant(request.address(), request.amount(), cause);
        chain.wake();
        return new SentView(entry.intent().id(), entry.state().name());
    }

    /** What an owner has at risk. */
    @GET
    @Path("chain/stakes/{owner}")
    @Public
    public Settlement.Stake stake(@PathParam("owner") String owner) {
        return settlement().stake(PayoutAddress.parse(owner));
    }

    /** What an owner's wallet sends to put tokens at risk. */
    @POST
    @Path("chain/calls/stake")
    @Needs(Role.OWNER)
    public List<WalletCall> stakeCalls(AmountRequest request) {
        return WalletCall.stake(contracts(), Requests.present(request).amount());
    }

    /** What it sends to begin to take them back. */
    @POST
    @Path("chain/calls/unbond")
    @Needs(Role.OWNER)
    public List<WalletCall> unbondCalls(AmountRequest request) {
        return WalletCall.unbond(contracts(), Requests.present(request).amount());
    }

    /** What it sends to take back what has unbonded. */
    @POST
    @Path("chain/calls/withdraw")
    @Needs(Role.OWNER)
    public List<WalletCall> withdrawCalls(AddressRequest request) {
        Requests.check(Requests.present(request).address() != null, "address is missing");
        return WalletCall.withdraw(contracts(), request.address());
    }

    /** What a customer's wallet sends to deposit for the caller's account. */
    @POST
    @Path("chain/calls/deposit")
    @Needs(Role.CUSTOMER)
    public List<WalletCall> depositCalls(AmountRequest request) {
        return WalletCall.deposit(
                contracts(), caller.get().account(), Requests.present(request).amount());
    }

    /** What it sends to buy credit for the caller's account by burning, where the farm is in that mode. */
    @POST
    @Path("chain/calls/buy")
    @Needs(Role.CUSTOMER)
    public List<WalletCall> buyCalls(BuyRequest request) {
        return WalletCall.buy(
                contracts(),
                caller.get().account(),
                Requests.present(request).amount(),
                request.wanted().orElse(0L));
    }

    /** What a payer signs (EIP-712) before its deposit can be charged at {@code charges}. */
    @POST
    @Path("chain/caps")
    @Needs(Role.CUSTOMER)
    public Map<String, Object> cap(CapRequest request) {
        Requests.check(Requests.present(request).payer() != null, "payer is missing");
        return SpendingCap.typedData(request.payer(), request.cap(), request.deadline(), contracts());
    }

    private Contracts contracts() {
        return chain.contracts().orElseThrow(ChainResource::without);
    }

    private Settlement settlement() {
        return chain.settlement().orElseThrow(ChainResource::without);
    }

    private static FarmException without() {
        return new FarmException(
                ErrorCode.CONFLICT, "this farm settles on no chain at present; its ledger alone says who has what");
    }
}
