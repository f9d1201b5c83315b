package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.util.Arrays;

/** Signs at no cost, for chains that do not look at signatures. */
final class UncheckedSigner implements TransactionSigner {
    private static final byte[] SIGNATURE = new byte[65];

    static {
        Arrays.fill(SIGNATURE, (byte) 27);
    }

    @Override
    public PayoutAddress address() {
        return OutboxStoreContract.SENDER;
    }

    @Override
    public byte[] sign(ChainTransaction transaction) {
        return transaction.signed(SIGNATURE);
    }

    @Override
    public String signRoot(PayoutSigner words, ClosedEpoch epoch) {
        return "";
    }
}
