package farm.tilth.api.pay;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Payouts to owners, under {@code tilth.payout}. */
@ConfigMapping(prefix = "tilth.payout")
public interface PayoutConfig {
    /** How much time one payout root covers. */
    @WithDefault("24H")
    Duration epoch();

    /** Who has which share in an epoch's fees, as {@link farm.tilth.ledger.escrow.FeeSplit} reads it. */
    @WithDefault("fees:1")
    String feeSplit();
}
