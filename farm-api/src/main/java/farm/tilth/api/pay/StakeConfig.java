package farm.tilth.api.pay;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What a proven fault costs an owner with a stake on chain, under {@code tilth.stake}. */
@ConfigMapping(prefix = "tilth.stake")
public interface StakeConfig {
    /** Taken for each fault, in the smallest unit; never more than the contract lets one case take. */
    @WithDefault("1000000")
    long penalty();

    /** How long the operator has to clear a worker before its owner's stake is touched. */
    @WithDefault("24H")
    Duration objection();
}
