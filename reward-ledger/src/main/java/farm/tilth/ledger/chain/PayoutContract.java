package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.epoch.PayoutProof;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Arrays;
import java.util.Optional;

/** What the distributor and the token say, each answer at the end of one block; and the calls that are made to them. */
public final class PayoutContract {
    private static final long PUBLISH_GAS = 150_000;
    private static final long CLAIM_GAS = 250_000;
    private static final long TRANSFER_GAS = 100_000;

    private final ChainNode node;
    private final Contracts contracts;

    public PayoutContract(ChainNode node, Contracts contracts) {
        this.node = node;
        this.contracts = contracts;
    }

    /** A root as the chain has it. */
    public record PublishedRoot(KeccakHash root, long epoch, long claimableAt, long total) {}

    /** The root that claims are made under, at the end of the block. */
    public Optional<PublishedRoot> claimable(long block) {
        return root("claimable()", block);
    }

    /** The root whose dispute window is open. */
    public Optional<PublishedRoot> pending(long block) {
        return root("pending()", block);
    }

    private Optional<PublishedRoot> root(String getter, long block) {
        byte[] answer = ask(contracts.distributor(), AbiCall.of(getter), block, 4);
        KeccakHash root = KeccakHash.fromBytes(Arrays.copyOf(answer, 32));
        return AbiCall.number(answer, 0).signum() == 0
                ? Optional.empty()
                : Optional.of(new PublishedRoot(root, longAt(answer, 1), longAt(answer, 2), longAt(answer, 3)));
    }

    public long claimed(PayoutAddress account, long block) {
        return longAt(ask(contracts.distributor(), AbiCall.of("claimed(address)", account), block, 1), 0);
    }

    public long totalClaimed(long block) {
        return longAt(ask(contracts.distributor(), AbiCall.of("totalClaimed()"), block, 1), 0);
    }

    public long balance(PayoutAddress holder, long block) {
        return longAt(ask(contracts.token(), AbiCall.of("balanceOf(address)", holder), block, 1), 0);
    }

    byte[] ask(PayoutAddress contract, byte[] call, long block, int words) {
        byte[] answer = node.call(contract, call, block);
        if (answer.length < words * 32) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "there is no contract of the farm at " + contract
                            + ": the node's chain is not the one that the farm" + " settles on, or lost its state");
        }
        return answer;
    }

    private static long longAt(byte[] answer, int word) {
        return AbiCall.number(answer, word).longValueExact();
    }

    Intent publish(ClosedEpoch epoch) {
        byte[] call = AbiCall.of("publish(uint64,bytes32,uint128)", epoch.epoch(), epoch.payoutRoot(), epoch.total());
        return new Intent(publishId(epoch), Optional.of(contracts.distributor()), call, PUBLISH_GAS);
    }

    static String publishId(ClosedEpoch epoch) {
        return "publish:" + epoch.epoch();
    }

    Intent fund(ClosedEpoch epoch, long amount) {
        return transfer(fundId(epoch), contracts.distributor(), amount);
    }

    Intent transfer(String id, PayoutAddress to, long amount) {
        byte[] call = AbiCall.of("transfer(address,uint256)", to, amount);
        return new Intent(id, Optional.of(contracts.token()), call, TRANSFER_GAS);
    }

    static String fundId(ClosedEpoch epoch) {
        return "fund:" + epoch.epoch();
    }

    Intent claim(long epoch, PayoutProof proof) {
        PayoutAddress account = proof.payout().address();
        byte[] call = AbiCall.of(
                "claim(address,uint256,bytes32[])", account, proof.payout().cumulative(), proof.hashes());
        return new Intent("claim:" + epoch + ":" + account, Optional.of(contracts.distributor()), call, CLAIM_GAS);
    }
}
