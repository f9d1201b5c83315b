package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * A transaction that somebody's own wallet signs and sends: the farm knows what is to be called, and never the key.
 *
 * @param data as 0x and hexadecimal digits
 * @param meaning what it does, for people
 */
public record WalletCall(PayoutAddress to, String data, String meaning) {
    private static WalletCall of(PayoutAddress to, String meaning, String signature, Object... arguments) {
        return new WalletCall(to, "0x" + HexFormat.of().formatHex(AbiCall.of(signature, arguments)), meaning);
    }

    /** Puts an owner's tokens at risk for its workers. */
    public static List<WalletCall> stake(Contracts contracts, long amount) {
        return List.of(
                approve(contracts, contracts.stakes(), amount),
                of(contracts.stakes(), "stake " + amount + " µT", "stake(uint256)", amount));
    }

    /** Begins to take a stake back; it stays at risk until the unbonding time is over. */
    public static List<WalletCall> unbond(Contracts contracts, long amount) {
        return List.of(of(contracts.stakes(), "unbond " + amount + " µT", "beginUnbonding(uint256)", amount));
    }

    /** Takes back what has unbonded. */
    public static List<WalletCall> withdraw(Contracts contracts, PayoutAddress to) {
        return List.of(of(contracts.stakes(), "withdraw the unbonded stake to " + to, "withdraw(address)", to));
    }

    /** Deposits for a customer's account; what is charged of it later becomes the account's credit. */
    public static List<WalletCall> deposit(Contracts contracts, UUID customer, long amount) {
        return List.of(
                approve(contracts, contracts.escrow(), amount),
                of(
                        contracts.escrow(),
                        "deposit " + amount + " µT for account " + customer,
                        "deposit(bytes32,uint256)",
                        reference(customer),
                        amount));
    }

    /**
     * Burns tokens for credit of a customer's account, at the price that the contract has then.
     *
     * @param wanted the least credit that is taken, in millionths of the reference currency
     */
    public static List<WalletCall> buy(Contracts contracts, UUID customer, long amount, long wanted) {
        PayoutAddress place = contracts
                .burnMint()
                .orElseThrow(() -> new FarmException(
                        ErrorCode.CONFLICT, "this farm's credit is not bought by burning; deposit instead"));
        return List.of(
                approve(contracts, place, amount),
                of(
                        place,
                        "burn " + amount + " µT for credit of account " + customer,
                        "buyCredit(bytes32,uint256,uint256)",
                        reference(customer),
                        amount,
                        Math.max(0, wanted)));
    }

    private static KeccakHash reference(UUID customer) {
        return KeccakHash.fromBytes(ByteBuffer.allocate(32)
                .putLong(16, customer.getMostSignificantBits())
                .putLong(24, customer.getLeastSignificantBits())
                .array());
    }

    private static WalletCall approve(Contracts contracts, PayoutAddress spender, long amount) {
        if (amount <= 0) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the amount must be over 0 µT, not " + amount);
        }
        return of(
                contracts.token(),
                "allow the contract to take " + amount + " µT",
                "approve(address,uint256)",
                spender,
                amount);
    }
}
