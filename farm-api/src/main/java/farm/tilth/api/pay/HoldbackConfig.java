package farm.tilth.api.pay;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long a worker may lose what it was paid for a task, under {@code tilth.pay}. */
@ConfigMapping(prefix = "tilth.pay")
public interface HoldbackConfig {
    /** W: a task's pay is earned when so many later results of its worker have been accepted. */
    @WithDefault("64")
    int holdbackTiles();

    /** Or when the worker has had nothing at hand, and nothing accepted, for so long. */
    @WithDefault("15S")
    Duration holdbackIdle();

    /** How often it is looked at whose pay is earned. */
    @WithDefault("PT0.5S")
    Duration holdbackPoll();
}
