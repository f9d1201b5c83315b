package farm.tilth.api.pay;

import farm.tilth.protocol.result.Receipt;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What work costs, under {@code tilth.price}. A job keeps the prices that it was quoted. */
@ConfigMapping(prefix = "tilth.price")
public interface PriceConfig {
    /** For a million rays, in the smallest unit. */
    @WithDefault("1000")
    long renderPerMillion();

    /** For a million multiply-adds, in the smallest unit. */
    @WithDefault("1")
    long inferencePerMillion();

    /** How demand moves the price of rendering, as {@link PriceTiers} reads it; the default is a fixed price. */
    @WithDefault("0:100")
    String renderTiers();

    /** For how long a quoted price can be had. */
    @WithDefault("10M")
    Duration quoteValid();

    /** The farm's share of every payment, in hundredths of a percent. */
    @WithDefault("500")
    int feeBasisPoints();

    /** Rendering's prices. */
    default Receipt.Prices render() {
        return new Receipt.Prices(renderPerMillion(), feeBasisPoints());
    }

    /** Inference's prices. */
    default Receipt.Prices inference() {
        return new Receipt.Prices(inferencePerMillion(), feeBasisPoints());
    }
}
