package farm.tilth.api.verify;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Verification's limits, under {@code tilth.verify}. */
@ConfigMapping(prefix = "tilth.verify")
public interface VerifyConfig {
    /** How long one secret draws the challenges; it is published when its epoch is over. */
    @WithDefault("1H")
    Duration epoch();

    /** Results that are read at the same time. */
    @WithDefault("2")
    int parallel();

    /** Results that one step takes up. */
    @WithDefault("64")
    int batch();

    /** How often the database is asked for results when nothing said that there are any. */
    @WithDefault("1S")
    Duration poll();

    /** The largest report or manifest of a trusted worker, in bytes. */
    @WithDefault("67108864")
    long maxTrustedBytes();
}
