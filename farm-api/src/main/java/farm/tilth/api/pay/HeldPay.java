package farm.tilth.api.pay;

import farm.tilth.api.lease.Repeating;
import farm.tilth.ledger.escrow.Holdback;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.TransferResult;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Lets workers earn what was held back of their pay, once enough later results have passed, or gives it back to the
 * customers when a fault was found before. A crash at any point loses nothing: the ledger ends each task's pay once.
 */
@ApplicationScoped
class HeldPay {
    private static final Logger LOG = Logger.getLogger(HeldPay.class);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int BATCH = 2000;

    private final PostgresHoldback rows;
    private final Holdback holdback;
    private final HoldbackConfig config;
    private Repeating ending;

    HeldPay(PostgresHoldback rows, Ledger ledger, HoldbackConfig config) {
        this.rows = rows;
        this.holdback = new Holdback(ledger);
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        ending = Repeating.start("end held pay", config.holdbackPoll(), this::step);
    }

    void stop(@Observes ShutdownEvent event) {
        ending.close();
    }

    /** Ends the pay whose time has come; true when there may be more. */
    boolean step() {
        List<PostgresHoldback.Due> due = rows.due(config.holdbackTiles(), config.holdbackIdle(), BATCH)
                .await()
                .atMost(DATABASE_TIMEOUT);
        end(due.stream().filter(pay -> pay.forfeit().isEmpty()).toList(), false);
        end(due.stream().filter(pay -> pay.forfeit().isPresent()).toList(), true);
        return due.size() == BATCH;
    }

    private void end(List<PostgresHoldback.Due> due, boolean forfeit) {
        if (due.isEmpty()) {
            return;
        }
        List<Holdback.Held> held = due.stream().map(PostgresHoldback.Due::pay).toList();
        List<TransferResult> results = forfeit ? holdback.forfeit(held) : holdback.earn(held);
        List<PostgresHoldback.Due> done = new ArrayList<>();
        List<PostgresHoldback.Due> otherwise = new ArrayList<>();
        for (int i = 0; i < due.size(); i++) {
            if (results.get(i).done()) {
                done.add(due.get(i));
            } else if (results.get(i) == TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS) {
                otherwise.add(due.get(i)); // a replica was quicker, and decided before this one's news
            } else {
                LOG.errorf("the held pay of task %s cannot end: %s", held.get(i).task(), results.get(i));
            }
        }
        if (forfeit && !done.isEmpty()) {
            LOG.warnf(
                    "%d tasks' pay was forfeited: %s",
                    done.size(), due.getFirst().forfeit().orElse(""));
        }
        rows.ended(done, forfeit).await().atMost(DATABASE_TIMEOUT);
        rows.ended(otherwise, !forfeit).await().atMost(DATABASE_TIMEOUT);
    }
}
