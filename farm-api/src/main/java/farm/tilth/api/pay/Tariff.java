package farm.tilth.api.pay;

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
        this.tiers = PriceTiers.parse(config.renderTiers());
        this.demand = demand;
        this.sessions = sessions;
        this.key = key;
        this.clock = clock;
    }

    /**
     * A price that can be had until some time.
     *
     * @param percent of the base price, by demand
     */
    public record Offer(Receipt.Prices prices, int percent, Instant validUntil) {}

    /** Rendering's prices at the present demand. */
    public Offer render() {
        Instant until = clock.instant().plus(config.quoteValid()).truncatedTo(ChronoUnit.SECONDS);
        int percent = tiers.isFixed() ? tiers.percent(0, 1) : percent();
        Receipt.Prices base = config.render();
        return new Offer(
                new Receipt.Prices(PriceTiers.apply(base.perMillionUnits(), percent), base.feeBasisPoints()),
                percent,
                until);
    }

    private int percent() {
        int workers = (int) sessions.connected().stream()
                .filter(session -> !session.trusted())
                .count();
        return tiers.percent(demand.queuedRendering().await().atMost(DATABASE_TIMEOUT), workers);
    }

    /** Inference's prices: fixed. */
    public Receipt.Prices inference() {
        return config.inference();
    }

    /** The offer as a text that only this farm can have written, for one account. */
    public String seal(UUID account, Offer offer) {
        return SealedOffer.seal(account, offer, key);
    }

    /**
     * The prices of an offer that was given to the account.
     *
     * @throws FarmException with INVALID_REQUEST when this farm did not give it to the account, or CONFLICT when its
     *     time is over
     */
    public Receipt.Prices redeem(UUID account, String text) {
        Offer offer = SealedOffer.open(account, text, key);
        if (clock.instant().isAfter(offer.validUntil())) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "Tilth-Quote: the quote was valid until " + offer.validUntil() + "; ask for another");
        }
        return offer.prices();
    }
}
