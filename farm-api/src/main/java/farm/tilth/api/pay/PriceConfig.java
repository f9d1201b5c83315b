package farm.tilth.api.pay;

import farm.tilth.protocol.result.Receipt;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What work costs, under {@code tilth.price}. A job keeps the prices that it was quoted. */
@ConfigMapping(prefix = "tilth.price")
public interface PriceConfig {
    /** For a million rays, in the smallest unit. */
    @WithDefault("1000")
    long renderPerMillion();

    /** For a million multiply-adds, in the smallest unit. */
    @WithDefault("1")
    long inferencePerMillion();

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
