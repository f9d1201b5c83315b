package farm.tilth.api.verify;

import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.TaskSpec;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jboss.logging.Logger;

/** Looks at every reported result once, a few at a time on threads of its own. Blocks. */
@ApplicationScoped
public class Verification {
    private static final Logger LOG = Logger.getLogger(Verification.class);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);

    private final PostgresAudits audits;
    private final Challenger challenger;
    private final Judge judge;
    private final VerifyConfig config;
    private final ExecutorService readers;

    Verification(PostgresAudits audits, Challenger challenger, Judge judge, VerifyConfig config) {
        this.audits = audits;
        this.challenger = challenger;
        this.judge = judge;
        this.config = config;
        this.readers = Executors.newFixedThreadPool(
                config.parallel(),
                Thread.ofPlatform().name("verify-", 0).daemon().factory());
    }

    @PreDestroy
    void close() {
        readers.shutdownNow();
    }

    /** Takes up the results that wait; true when there may be more at once. */
    public boolean step() throws InterruptedException {
        List<ReportedTask> waiting = audits.unchecked(config.batch()).await().atMost(DATABASE_TIMEOUT);
        List<Callable<Boolean>> checks = new ArrayList<>();
        waiting.forEach(task -> checks.add(() -> check(task)));
        boolean progress = false;
        for (Future<Boolean> done : readers.invokeAll(checks)) {
            progress |= finished(done);
        }
        return progress && waiting.size() == config.batch();
    }

    private boolean check(ReportedTask task) throws InterruptedException {
        switch (task.spec()) {
            case TaskSpec.Computation computation -> challenger.check(task, computation);
            case TaskSpec.AuditBlock audit -> judge.audit(task, audit);
            default -> judge.trusted(task);
        }
        return true;
    }

    /** A result that could not be looked at stays where it is and is taken up again. */
    private static boolean finished(Future<Boolean> check) throws InterruptedException {
        try {
            return check.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FarmException farm) {
                LOG.warnf("a result could not be verified yet: %s", farm.getMessage());
            } else {
                LOG.warn("a result could not be verified yet", e.getCause());
            }
            return false;
        }
    }
}
