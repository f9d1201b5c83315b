package farm.tilth.api.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Jobs' limits, under {@code tilth.job}. */
@ConfigMapping(prefix = "tilth.job")
public interface JobConfig {
    /** Rows of text in one task. */
    @WithDefault("64")
    int rowsPerTask();

    /** The longest line of an embedding job's input, in bytes. */
    @WithDefault("1048576")
    int maxLineBytes();

    /** How often every open job is looked at, whatever was or was not heard of it. */
    @WithDefault("10S")
    Duration rescan();

    /** How often the pipeline looks for work of its own when nothing was heard. */
    @WithDefault("1S")
    Duration poll();

    /** Followers of events on this replica. */
    @WithDefault("1000")
    int maxFollowers();

    /** Changes of tasks that wait for one follower; one that is slower is cut off and may follow again. */
    @WithDefault("65536")
    int maxPendingChanges();

    /** The least time between two events of the same job to one follower. */
    @WithDefault("0.25S")
    Duration eventInterval();
}
