package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Step;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferId;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * What final events on the chain do to the ledger, each once. A charge of a deposit is credited to the customer that the
 * payer named with the deposit: never a deposit itself, which the payer may take back. A claim leaves the accounts of
 * the workers whose earnings it paid.
 */
public final class ChainPostings {
    private static final KeccakHash DEPOSITED = ChainMirror.topic("Deposited(address,bytes32,uint256)");
    private static final KeccakHash CHARGED = ChainMirror.topic("Charged(address,uint256,uint256,uint256)");
    private static final KeccakHash CLAIMED = ChainMirror.topic("Claimed(address,address,uint256,uint256)");
    private static final KeccakHash BOUGHT = ChainMirror.topic("CreditBought(address,bytes32,uint256,uint256)");
    private static final int MAX_EVENTS = 1_000;

    private final MirrorStore events;
    private final Contracts contracts;
    private final Ledger ledger;

    public ChainPostings(MirrorStore events, Contracts contracts, Ledger ledger) {
        this.events = events;
        this.contracts = contracts;
        this.ledger = ledger;
    }

    /**
     * Posts what became final since the last time, at most 1,000 events of each kind.
     *
     * @param workers the workers that an address is paid for
     * @throws FarmException with CONFLICT when an event does not fit the ledger: the operator must look at it
     */
    public void step(Function<PayoutAddress, List<Digest>> workers) {
        for (ChainNode.Log charge : events.unsettled(contracts.escrow(), CHARGED, MAX_EVENTS)) {
            credit(charge);
            events.settle(charge);
        }
        contracts.burnMint().ifPresent(this::creditBought);
        for (ChainNode.Log claim : events.unsettled(contracts.distributor(), CLAIMED, MAX_EVENTS)) {
            if (contracts.burnMint().isEmpty()) { // else an epoch's end has turned the pay into tokens
                payOut(claim, workers);
            }
            events.settle(claim);
        }
    }

    private void creditBought(PayoutAddress place) {
        for (ChainNode.Log bought : events.unsettled(place, BOUGHT, MAX_EVENTS)) {
            credit(
                    bought,
                    bought.topics().get(2),
                    AbiCall.number(bought.data(), 1).longValueExact());
            events.settle(bought);
        }
    }

    private void credit(ChainNode.Log charge) {
        ChainNode.Log deposit = events.before(charge, DEPOSITED)
                .orElseThrow(() -> conflict("the charge in " + charge.transaction() + " has no deposit before it"));
        credit(charge, deposit.topics().get(2), AbiCall.number(charge.data(), 0).longValueExact());
    }

    private void credit(ChainNode.Log event, KeccakHash reference, long amount) {
        ByteBuffer customer = ByteBuffer.wrap(reference.bytes(), 16, 16);
        AccountId account = AccountId.customer(new UUID(customer.getLong(), customer.getLong()));
        require(
                ledger.create(Transfer.direct(Purpose.DEPOSIT, cause(event), AccountId.CHAIN_IN, account, amount)),
                event);
    }

    /** Takes the claim out of the workers' balances in the order of their ids; one entry, so all of it or nothing. */
    private void payOut(ChainNode.Log claim, Function<PayoutAddress, List<Digest>> workers) {
        PayoutAddress payee = AbiCall.address(claim.topics().get(1));
        long rest = AbiCall.number(claim.data(), 1).longValueExact();
        List<Transfer> transfers = new ArrayList<>();
        for (Digest worker : workers.apply(payee).stream().sorted().toList()) {
            Cause cause = new Cause(cause(claim) + "/" + worker.hex().substring(0, 32));
            if (ledger.find(TransferId.of(Step.Kind.DIRECT, Purpose.PAYOUT, cause))
                    .isPresent()) {
                return; // the whole entry was made before
            }
            AccountId account = AccountId.worker(worker);
            long part = Math.min(rest, ledger.balance(account).available());
            if (part > 0) {
                transfers.add(Transfer.direct(Purpose.PAYOUT, cause, account, AccountId.CHAIN_OUT, part));
                rest -= part;
            }
        }
        if (rest > 0) {
            throw conflict("the claim in " + claim.transaction() + " is of " + rest + " µT more than the workers of "
                    + payee + " have in the ledger");
        }
        require(ledger.createEntries(List.of(new JournalEntry(transfers))).getFirst(), claim);
    }

    private static Cause cause(ChainNode.Log event) {
        return Cause.request("chain", event.transaction() + ":" + event.index());
    }

    private static void require(TransferResult result, ChainNode.Log event) {
        if (!result.done()) {
            throw conflict("the event in " + event.transaction() + " cannot be posted: " + result);
        }
    }

    private static FarmException conflict(String what) {
        return new FarmException(ErrorCode.CONFLICT, what + "; the ledger waits for the operator");
    }
}
