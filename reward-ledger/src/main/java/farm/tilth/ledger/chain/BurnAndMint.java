package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.web3j.crypto.Hash;

/**
 * The mode in which customers burn tokens for credit in a reference currency, and workers share an emission that follows
 * the calendar. Brings the contract onto the chain, has the timelock let it mint, tells the price, and mints what is due.
 */
public final class BurnAndMint {
    private static final long DEPLOY_GAS = 8_000_000;
    private static final long CALL_GAS = 300_000;
    private static final KeccakHash NONE = new KeccakHash("0x" + "0".repeat(64));
    private static final KeccakHash MINTER =
            KeccakHash.fromBytes(Hash.sha3("MINTER_ROLE".getBytes(StandardCharsets.US_ASCII)));
    private static final String SCHEDULE = "schedule(address,uint256,bytes,bytes32,bytes32,uint256)";
    private static final String EXECUTE = "execute(address,uint256,bytes,bytes32,bytes32)";
    private static final String HASH = "hashOperation(address,uint256,bytes,bytes32,bytes32)";

    private final ChainNode node;
    private final Outbox outbox;
    private final Deployment.Terms farm;
    private final Terms terms;

    public BurnAndMint(ChainNode node, Outbox outbox, Deployment.Terms farm, Terms terms) {
        this.node = node;
        this.outbox = outbox;
        this.farm = farm;
        this.terms = terms;
    }

    /**
     * What is laid down for ever, and the first price.
     *
     * @param periodSeconds after each of which is minted
     * @param halvingPeriods after which the emission halves
     * @param priceSeconds for which a price is good
     * @param emission of the first period, in the smallest unit
     * @param price of a whole token, in millionths of the reference currency
     */
    public record Terms(long periodSeconds, long halvingPeriods, long priceSeconds, long emission, long price) {
        public Terms {
            if (periodSeconds < 1 || halvingPeriods < 1 || priceSeconds < 1 || emission < 1 || price < 1) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST, "the terms of burn and mint are whole numbers over 0");
            }
        }
    }

    /** Goes on with the deployment; the contracts with this one when it may mint. Step the outbox in between. */
    public Optional<Contracts> deploy(Contracts contracts) {
        PayoutAddress operator = outbox.sender();
        byte[] code = Contracts.code(
                "BurnMint",
                contracts.token(),
                contracts.timelock(),
                farm.guardian(),
                operator,
                contracts.distributor(),
                new long[] {terms.periodSeconds(), terms.halvingPeriods(), terms.priceSeconds()},
                terms.emission(),
                terms.price());
        Optional<OutboxEntry> contract = done(new Intent("deploy:BurnMint", Optional.empty(), code, DEPLOY_GAS));
        if (contract.isEmpty()) {
            return Optional.empty();
        }
        PayoutAddress place =
                ChainTransaction.created(operator, contract.get().nonce().orElseThrow());
        byte[] grant = AbiCall.of("grantRole(bytes32,address)", MINTER, place);
        byte[] schedule = AbiCall.of(SCHEDULE, contracts.token(), 0L, grant, NONE, NONE, farm.timelockSeconds());
        Optional<PayoutAddress> timelock = Optional.of(contracts.timelock());
        if (done(new Intent("govern:let-mint", timelock, schedule, CALL_GAS)).isEmpty() || !ready(contracts, grant)) {
            return Optional.empty();
        }
        byte[] execute = AbiCall.of(EXECUTE, contracts.token(), 0L, grant, NONE, NONE);
        return done(new Intent("govern:let-mint-now", timelock, execute, CALL_GAS))
                .map(_ -> contracts.with(place));
    }

    private Optional<OutboxEntry> done(Intent intent) {
        OutboxEntry entry = outbox.want(intent);
        if (entry.state() == State.REVERTED || entry.state() == State.LOST) {
            throw new FarmException(
                    ErrorCode.CONFLICT, intent + " ended as " + entry.state() + ": see its transaction");
        }
        return Optional.of(entry).filter(e -> e.state() == State.DONE);
    }

    /** Whether the timelock's time is over, or it has done it. */
    private boolean ready(Contracts contracts, byte[] grant) {
        long head = node.head().number();
        byte[] operation =
                node.call(contracts.timelock(), AbiCall.of(HASH, contracts.token(), 0L, grant, NONE, NONE), head);
        KeccakHash id = KeccakHash.fromBytes(operation);
        return truth(contracts, "isOperationReady(bytes32)", id, head)
                || truth(contracts, "isOperationDone(bytes32)", id, head);
    }

    private boolean truth(Contracts contracts, String question, KeccakHash id, long head) {
        return AbiCall.number(node.call(contracts.timelock(), AbiCall.of(question, id), head), 0)
                        .signum()
                > 0;
    }

    /** Mints what is due, and tells the price when another is wanted or the last one grows old. */
    public void step(Contracts contracts, long wantedPrice) {
        PayoutAddress place = contracts.burnMint().orElseThrow();
        ChainNode.Block head = node.head();
        long minted = ask(place, "periodsMinted()", head);
        if ((head.timestamp() - ask(place, "startsAt()", head)) / terms.periodSeconds() > minted) {
            outbox.want(new Intent("emit:" + minted, Optional.of(place), AbiCall.of("emitDue()"), CALL_GAS));
        }
        long price = ask(place, "price()", head);
        long pricedAt = ask(place, "pricedAt()", head);
        long next = Math.max((price + 1) / 2, Math.min(2 * price, wantedPrice));
        if (next != price || head.timestamp() - pricedAt > terms.priceSeconds() / 2) {
            outbox.want(new Intent(
                    "price:" + pricedAt, Optional.of(place), AbiCall.of("tellPrice(uint192)", next), CALL_GAS));
        }
    }

    /** All that was ever emitted by the end of a block. */
    public long emitted(Contracts contracts, long block) {
        byte[] minted = node.call(contracts.token(), AbiCall.of("minted()"), block);
        return AbiCall.number(minted, 0).longValueExact() - farm.supply();
    }

    private long ask(PayoutAddress place, String question, ChainNode.Block head) {
        return AbiCall.number(node.call(place, AbiCall.of(question), head.number()), 0)
                .longValueExact();
    }
}
