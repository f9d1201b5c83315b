package farm.tilth.api.pay;

import farm.tilth.api.lease.Hardware;
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

    /** What work on CPUs alone costs, in percent of what it costs on any hardware. */
    @WithDefault("100")
    int cpuPercent();

    /** What work on GPUs alone costs, in percent of what it costs on any hardware. */
    @WithDefault("150")
    int gpuPercent();

    /** For how long a quoted price can be had. */
    @WithDefault("10M")
    Duration quoteValid();

    /** The farm's share of every payment, in hundredths of a percent. */
    @WithDefault("500")
    int feeBasisPoints();

    /** What work on a class of hardware costs, in percent of the base price. */
    default int percent(Hardware hardware) {
        return switch (hardware) {
            case ANY -> 100;
            case CPU -> cpuPercent();
            case GPU -> gpuPercent();
        };
    }

    /** Rendering's prices. */
    default Receipt.Prices render() {
        return new Receipt.Prices(renderPerMillion(), feeBasisPoints());
    }

    /** Inference's prices. */
    default Receipt.Prices inference() {
        return new Receipt.Prices(inferencePerMillion(), feeBasisPoints());
    }
}
