package farm.tilth.api.pay;

import farm.tilth.ledger.escrow.Escrow;
import farm.tilth.ledger.escrow.TaskPayment;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Moves a job's money. What is to be done follows from the tasks' rows, and every transfer's id from its cause: a crash
 * at any point loses nothing, and beginning again pays nothing twice. Blocks.
 */
@ApplicationScoped
public class Payments {
    private static final Logger LOG = Logger.getLogger(Payments.class);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int BATCH = 1000;

    private final PostgresPayments rows;
    private final Ledger ledger;
    private final Escrow escrow;

    Payments(PostgresPayments rows, Ledger ledger) {
        this.rows = rows;
        this.ledger = ledger;
        this.escrow = new Escrow(ledger);
    }

    /** Over a database and its ledger, outside of the coordinator. */
    public static Payments over(Pool pool, Ledger ledger) {
        return new Payments(new PostgresPayments(pool), ledger);
    }

    /**
     * Takes a job's ceiling from its customer.
     *
     * @throws FarmException with INSUFFICIENT_FUNDS; nothing is taken then
     */
    public void hold(JobId job, UUID customer, long ceiling) {
        TransferResult result = escrow.open(job, customer, ceiling);
        if (result == TransferResult.INSUFFICIENT_FUNDS) {
            long available = ledger.balance(AccountId.customer(customer)).available();
            throw new FarmException(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    "the job holds up to " + ceiling + " µT until it ends, the account has " + available
                            + " µT: ask for less, or for credit");
        }
        if (!result.done()) {
            throw new FarmException(ErrorCode.INTERNAL, "the price of job " + job + " cannot be held: " + result);
        }
    }

    /** Whether the job's ceiling was taken. */
    public boolean isHeld(JobId job) {
        return escrow.balance(job).credited() > 0;
    }

    /** Pays accepted tasks of all jobs; true when there may be more. */
    public boolean step() {
        return pay(Optional.empty());
    }

    /** Pays what a job that is over still owes, gives the rest back, and says what it came to. */
    public Receipt.Totals settle(JobId job, UUID customer) {
        boolean more = true;
        while (more) {
            more = pay(Optional.of(job));
        }
        if (!rows.unpaid(Optional.of(job), 1).await().atMost(DATABASE_TIMEOUT).isEmpty()) {
            throw new FarmException(ErrorCode.UNAVAILABLE, "job " + job + " has tasks that cannot be paid yet");
        }
        escrow.refund(job, customer);
        return escrow.totals(job);
    }

    private boolean pay(Optional<JobId> job) {
        List<TaskPayment> due = rows.unpaid(job, BATCH).await().atMost(DATABASE_TIMEOUT);
        if (due.isEmpty()) {
            return false;
        }
        List<TransferResult> results = escrow.payAll(due);
        List<TaskPayment> done = new ArrayList<>(due.size());
        for (int i = 0; i < due.size(); i++) {
            if (results.get(i).done()) {
                done.add(due.get(i));
            } else {
                LOG.errorf("task %s cannot be paid: %s", due.get(i).task(), results.get(i));
            }
        }
        rows.paid(done).await().atMost(DATABASE_TIMEOUT);
        return done.size() == BATCH;
    }
}
