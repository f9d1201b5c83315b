package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.PayoutAddress;

/** Signs the farm's transactions and its payout roots: a key of this program, or a signer outside that keeps the key to itself. */
public interface TransactionSigner {
    PayoutAddress address();

    /** The signed transaction as nodes take it. */
    byte[] sign(ChainTransaction transaction);

    /** The operator's word on an epoch's payout root, as {@link PayoutSigner} reads it. */
    String signRoot(PayoutSigner words, ClosedEpoch epoch);

    /** Signs by a key of this program. */
    static TransactionSigner of(ChainKey key) {
        return new TransactionSigner() {
            @Override
            public PayoutAddress address() {
                return key.address();
            }

            @Override
            public byte[] sign(ChainTransaction transaction) {
                return transaction.signed(key.sign(transaction.hash()));
            }

            @Override
            public String signRoot(PayoutSigner words, ClosedEpoch epoch) {
                return words.sign(epoch, key);
            }
        };
    }
}
