package farm.tilth.ledger.epoch;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.protocol.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Where pay is a share of an emission, what an epoch turned into tokens leaves its workers' accounts. */
public final class ConvertedPay {
    private ConvertedPay() {}

    /**
     * Posts what is not posted yet; safe to repeat, and to begin again after a crash in between.
     *
     * @param workers the workers that an address is paid for
     */
    public static void post(Ledger ledger, EpochBook.Page page, Function<PayoutAddress, List<Digest>> workers) {
        for (Payout earned : page.earned()) {
            List<AccountBalance> accounts = workers.apply(earned.address()).stream()
                    .sorted()
                    .map(worker -> ledger.balance(AccountId.worker(worker)))
                    .toList();
            long rest = earned.cumulative()
                    - accounts.stream().mapToLong(AccountBalance::debited).sum();
            List<Transfer> transfers = new ArrayList<>();
            for (AccountBalance account : accounts) {
                long part = Math.min(rest, account.available());
                if (part > 0) {
                    Cause cause = Cause.request(
                            "epoch",
                            page.epoch().epoch() + "/"
                                    + account.account().owner().substring(0, 32));
                    transfers.add(Transfer.direct(Purpose.PAYOUT, cause, account.account(), AccountId.CHAIN_OUT, part));
                    rest -= part;
                }
            }
            ledger.createEntries(List.of(new JournalEntry(transfers)));
        }
    }
}
