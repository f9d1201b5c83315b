package farm.tilth.api.pay;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the ledger's log is sealed, under {@code tilth.ledger}. */
@ConfigMapping(prefix = "tilth.ledger")
public interface LedgerConfig {
    /** How often new transfers are taken into the hash chain. */
    @WithDefault("1S")
    Duration sealEvery();

    /** How often the chain's end is signed, when it has moved. */
    @WithDefault("1M")
    Duration anchorEvery();

    /** The most transfers that are sealed at once. */
    @WithDefault("5000")
    int sealAtOnce();
}
