package farm.tilth.api.pay;

import farm.tilth.api.lease.PostgresWorkers;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Posting;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the ledger for its owners. Blocks. */
@ApplicationScoped
class Statements {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_WORKERS = 10_000;

    private final Ledger ledger;
    private final PostgresWorkers workers;

    Statements(Ledger ledger, PostgresWorkers workers) {
        this.ledger = ledger;
        this.workers = workers;
    }

    /** The account's own postings, and those of its workers. */
    Statement of(UUID account, long after, int limit) {
        List<AccountId> accounts = new ArrayList<>(List.of(AccountId.customer(account)));
        workers.list(Optional.of(account), MAX_WORKERS)
                .await()
                .atMost(DATABASE_TIMEOUT)
                .forEach(worker ->
                        accounts.addAll(List.of(AccountId.worker(worker.id()), AccountId.holdback(worker.id()))));
        return statement(account, ledger.statement(accounts, after, limit));
    }

    /** Every posting of the farm. */
    Statement ofFarm(UUID account, long after, int limit) {
        return statement(account, ledger.journal(after, limit));
    }

    private Statement statement(UUID account, List<Posting> postings) {
        long balance = ledger.balance(AccountId.customer(account)).available();
        return new Statement(
                account, balance, postings.stream().map(Statement.Line::of).toList());
    }
}
