package farm.tilth.ledger.postgres;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferResult;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** This project's ledger. */
final class TilthContender implements Contender {
    private static final int CREDITS_AT_ONCE = 5_000;

    private final Ledger ledger;
    private final AtomicLong next = new AtomicLong();

    TilthContender(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public String name() {
        return "tilth";
    }

    @Override
    public void open(int count) {
        List<Transfer> credits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Cause cause = Cause.request("credit", Integer.toString(i));
            credits.add(Transfer.direct(Purpose.CREDIT, cause, AccountId.TREASURY, account(i), 1_000_000_000_000L));
            if (credits.size() == CREDITS_AT_ONCE || i == count - 1) {
                ledger.create(credits);
                credits.clear();
            }
        }
    }

    @Override
    public void move(List<Move> moves) {
        List<Transfer> transfers = new ArrayList<>(moves.size());
        for (Move move : moves) {
            Cause cause = Cause.request("benchmark", Long.toString(next.incrementAndGet()));
            transfers.add(Transfer.direct(Purpose.PAY, cause, account(move.from()), account(move.to()), 1));
        }
        for (TransferResult result : ledger.create(transfers)) {
            if (result != TransferResult.CREATED) {
                throw new IllegalStateException("a transfer of the benchmark is " + result);
            }
        }
    }

    private static AccountId account(int number) {
        return AccountId.customer(new UUID(1, number));
    }
}
