package farm.tilth.api.lease;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Leasing's limits, under {@code tilth.lease}. */
@ConfigMapping(prefix = "tilth.lease")
public interface LeaseConfig {
    /** How often a worker says that it lives. */
    @WithDefault("2S")
    Duration heartbeat();

    /** A lease that was not renewed for so long returns to the queue; a link that was silent twice as long is closed. */
    @WithDefault("6S")
    Duration deadAfter();

    /** The least work of a grant, by the worker's measured speed. */
    @WithDefault("2S")
    Duration shortest();

    /** The most work of a grant. */
    @WithDefault("60S")
    Duration longest();

    /** The most tasks of a grant. */
    @WithDefault("256")
    int maxTasks();

    /** A task that was leased so often without a result has failed. */
    @WithDefault("5")
    int maxAttempts();

    /** A task that so many leases called impossible has failed; one is enough for a trusted worker. */
    @WithDefault("2")
    int maxRefusals();

    /**
     * For how long a task that a worker did not bring back waits for a worker of another account, or at least another
     * worker, when there is one; then anyone may try again.
     */
    @WithDefault("2M")
    Duration patience();

    /** How far ahead of its turn a task may go to a worker that holds its plan already, in tasks of its own size. */
    @WithDefault("16")
    int headStart();

    /** The most workers on this replica. */
    @WithDefault("10000")
    int maxSessions();

    /** The most messages of a worker that wait to be handled, and of the farm that wait to be sent to one. */
    @WithDefault("1024")
    int maxMessages();

    /** How long a worker may take over its Hello. */
    @WithDefault("10S")
    Duration helloTimeout();

    /** How often hungry workers are offered work when nothing said that there is any. */
    @WithDefault("1S")
    Duration poll();
}
