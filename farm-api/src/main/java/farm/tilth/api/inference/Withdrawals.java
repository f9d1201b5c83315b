package farm.tilth.api.inference;

import farm.tilth.api.lease.Repeating;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;

/**
 * The models that an operator took out of service ("unload" of the protocol's repository), until the operator puts them
 * back ("load"). Kept in the database; another replica knows of a change a few seconds later.
 */
@ApplicationScoped
public class Withdrawals {
    private static final Duration REFRESH = Duration.ofSeconds(3);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(10);

    private final PostgresWithdrawals stored;
    private volatile Set<String> withdrawn = Set.of();
    private Repeating refreshing;

    Withdrawals(PostgresWithdrawals stored) {
        this.stored = stored;
    }

    void start(@Observes StartupEvent event) {
        refreshing = Repeating.start("read withdrawn models", REFRESH, () -> {
            refresh();
            return false;
        });
    }

    void stop(@Observes ShutdownEvent event) {
        refreshing.close();
    }

    private synchronized void refresh() {
        withdrawn = stored.all().await().atMost(DATABASE_TIMEOUT);
    }

    boolean contains(String model) {
        return withdrawn.contains(model);
    }

    /**
     * Refuses a model that is out of service.
     *
     * @throws FarmException with MODEL_NOT_FOUND
     */
    public void check(String model) {
        if (contains(model)) {
            throw new FarmException(
                    ErrorCode.MODEL_NOT_FOUND,
                    "the model '" + model + "' is not loaded; an operator loads it with POST /v2/repository/models/"
                            + model + "/load");
        }
    }

    /** Takes a model out of service; safe to repeat. Blocks. */
    synchronized void withdraw(String model) {
        stored.add(model).await().atMost(DATABASE_TIMEOUT);
        refresh();
    }

    /** Puts a model back; safe to repeat. Blocks. */
    synchronized void restore(String model) {
        stored.remove(model).await().atMost(DATABASE_TIMEOUT);
        refresh();
    }
}
