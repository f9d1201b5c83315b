package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Step;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferId;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who has a share in the fees: when an epoch is over, what is in the account {@code fees} is split to the last unit. The
 * share of {@code fees} itself stays there.
 *
 * @param weights of {@code fees}, {@code burn} and {@code treasury}, in their order; one is over 0
 */
public record FeeSplit(Map<AccountId, Integer> weights) {
    private static final int MAX_WEIGHT = 10_000;
    private static final List<AccountId> TAKERS = List.of(AccountId.FEES, AccountId.BURN, AccountId.TREASURY);

    public FeeSplit {
        weights = new LinkedHashMap<>(weights);
        boolean right = weights.values().stream().anyMatch(weight -> weight > 0)
                && weights.entrySet().stream()
                        .allMatch(e -> TAKERS.contains(e.getKey()) && e.getValue() >= 0 && e.getValue() <= MAX_WEIGHT);
        if (!right) {
            throw invalid();
        }
    }

    /**
     * Reads "fees:70,burn:30".
     *
     * @throws FarmException with INVALID_REQUEST when it is not of that form
     */
    public static FeeSplit parse(String text) {
        Map<AccountId, Integer> weights = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            String[] words = part.strip().split(":", -1);
            if (words.length != 2 || !words[1].strip().matches("[0-9]{1,5}")) {
                throw invalid();
            }
            AccountId account = AccountId.parse(words[0].strip());
            if (weights.put(account, Integer.parseInt(words[1].strip())) != null) {
                throw invalid();
            }
        }
        return new FeeSplit(weights);
    }

    /**
     * Splits what is in the account now, once for each epoch.
     *
     * @return what went elsewhere
     */
    public long distribute(Ledger ledger, long epoch) {
        List<AccountId> takers = List.copyOf(weights.keySet());
        for (AccountId taker : takers) {
            if (ledger.find(TransferId.of(Step.Kind.DIRECT, Purpose.SHARE, cause(epoch, taker)))
                    .isPresent()) {
                return 0; // all of the entry was made before
            }
        }
        long[] parts = Shares.split(
                Math.max(0, ledger.balance(AccountId.FEES).available()),
                weights.values().stream().mapToLong(Integer::longValue).toArray());
        List<Transfer> transfers = new ArrayList<>();
        long moved = 0;
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] > 0 && !takers.get(i).equals(AccountId.FEES)) {
                transfers.add(Transfer.direct(
                        Purpose.SHARE, cause(epoch, takers.get(i)), AccountId.FEES, takers.get(i), parts[i]));
                moved += parts[i];
            }
        }
        return ledger.createEntries(List.of(new JournalEntry(transfers)))
                        .getFirst()
                        .done()
                ? moved
                : 0;
    }

    private static Cause cause(long epoch, AccountId taker) {
        return Cause.request("epoch", epoch + "/" + taker);
    }

    private static FarmException invalid() {
        return new FarmException(
                ErrorCode.INVALID_REQUEST,
                "tilth.payout.fee-split is of the form \"fees:70,burn:30\": fees, burn and treasury, each once, with"
                        + " weights from 0 to " + MAX_WEIGHT + ", one of them over 0");
    }
}
