package farm.tilth.api.pay;

import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.TaskKind;
import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.SigningKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** What work costs now, by the demand for it, and for how long a quoted price is kept. Blocks. */
@ApplicationScoped
public class Tariff {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(10);

    private final PriceConfig config;
    private final PriceTiers tiers;
    private final PostgresDemand demand;
    private final WorkerSessions sessions;
    private final SigningKey key;
    private final InstantSource clock;

    Tariff(PriceConfig config, PostgresDemand demand, WorkerSessions sessions, SigningKey key, InstantSource clock) {
        this.config = config;
        checkPercent("cpu", config.cpuPercent());
        checkPercent("gpu", config.gpuPercent());
        this.tiers = PriceTiers.parse(config.renderTiers());
        this.demand = demand;
        this.sessions = sessions;
        this.key = key;
        this.clock = clock;
    }

    private static void checkPercent(String name, int percent) {
        if (percent < 1 || percent > PriceTiers.MAX_PERCENT) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "tilth.price." + name + "-percent is " + percent + "; it is from 1 to " + PriceTiers.MAX_PERCENT);
        }
    }

    /**
     * A price that can be had until some time.
     *
     * @param percent of the base price, by demand
     * @param hardware the class that it is for; its part is in the prices
     */
    public record Offer(Receipt.Prices prices, int percent, Hardware hardware, Instant validUntil) {
        public Offer {
            hardware = hardware == null ? Hardware.ANY : hardware;
        }
    }

    /** Rendering's prices on a class of hardware at the present demand. */
    public Offer render(Hardware hardware) {
        Instant until = clock.instant().plus(config.quoteValid()).truncatedTo(ChronoUnit.SECONDS);
        int percent = tiers.isFixed() ? tiers.percent(0, 1) : percent();
        Receipt.Prices base = config.render();
        long demanded = PriceTiers.apply(base.perMillionUnits(), percent);
        return new Offer(on(hardware, new Receipt.Prices(demanded, base.feeBasisPoints())), percent, hardware, until);
    }

    /** The same prices for work on a class of hardware alone. */
    private Receipt.Prices on(Hardware hardware, Receipt.Prices prices) {
        return new Receipt.Prices(
                PriceTiers.apply(prices.perMillionUnits(), percent(hardware)), prices.feeBasisPoints());
    }

    /** What work on a class of hardware costs, in percent of the base price. */
    public int percent(Hardware hardware) {
        return config.percent(hardware);
    }

    /** How many connected workers may have tasks of a kind that ask for a class of hardware. */
    public int workers(TaskKind kind, Hardware hardware) {
        return (int) sessions.connected().stream()
                .filter(session -> session.does(kind, hardware))
                .count();
    }

    private int percent() {
        int workers = (int) sessions.connected().stream()
                .filter(session -> !session.trusted())
                .count();
        return tiers.percent(demand.queuedRendering().await().atMost(DATABASE_TIMEOUT), workers);
    }

    /** Inference's prices on a class of hardware: fixed. */
    public Receipt.Prices inference(Hardware hardware) {
        return on(hardware, config.inference());
    }

    /** The offer as a text that only this farm can have written, for one account. */
    public String seal(UUID account, Offer offer) {
        return SealedOffer.seal(account, offer, key);
    }

    /**
     * The prices of an offer that was given to the account.
     *
     * @throws FarmException with INVALID_REQUEST when this farm did not give it to the account, or for another class of
     *     hardware, or CONFLICT when its time is over
     */
    public Receipt.Prices redeem(UUID account, String text, Hardware hardware) {
        Offer offer = SealedOffer.open(account, text, key);
        if (offer.hardware() != hardware) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "Tilth-Quote: the quote is for hardware '"
                            + offer.hardware().label() + "', the order for '" + hardware.label()
                            + "': order what was quoted, or ask for another quote");
        }
        if (clock.instant().isAfter(offer.validUntil())) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "Tilth-Quote: the quote was valid until " + offer.validUntil() + "; ask for another");
        }
        return offer.prices();
    }
}
