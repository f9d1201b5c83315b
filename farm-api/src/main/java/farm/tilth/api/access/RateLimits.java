package farm.tilth.api.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How often a key may call. */
@ConfigMapping(prefix = "tilth.rate")
public interface RateLimits {
    /** Calls per second that a key may make for ever. */
    @WithDefault("5000")
    int perSecond();

    /** Calls that a key may make at once after a pause. */
    @WithDefault("20000")
    int burst();

    /** Keys whose rate is remembered; the one that was quiet for longest is forgotten first. */
    @WithDefault("10000")
    int keys();
}
