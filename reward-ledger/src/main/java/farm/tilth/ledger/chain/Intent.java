package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Something that is to happen on chain once.
 *
 * @param id derived from its cause: who wants the same again names the same intent
 * @param to the contract that is called; empty: one is created
 * @param gasLimit the most gas that it may use
 */
public record Intent(String id, Optional<PayoutAddress> to, byte[] data, long gasLimit) {
    /** The most gas of a transaction that chains take (EIP-7825). */
    public static final long MAX_GAS = 16_777_216;

    private static final int MAX_ID = 200;
    private static final int MAX_DATA = 128 << 10;

    public Intent {
        if (id.isBlank() || id.length() > MAX_ID) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "an intent's id has 1 to " + MAX_ID + " characters");
        }
        if (data.length > MAX_DATA || gasLimit < 21_000 || gasLimit > MAX_GAS) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "intent " + id + " is over " + MAX_DATA + " bytes, or its gas is not from 21000 to " + MAX_GAS);
        }
        data = data.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Intent i
                && id.equals(i.id)
                && to.equals(i.to)
                && Arrays.equals(data, i.data)
                && gasLimit == i.gasLimit;
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "intent " + id;
    }
}
