package farm.tilth.api.pay;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.ArrayList;
import java.util.List;

/**
 * How demand moves a price: each tier begins at a backlog per worker and takes a percentage of the base price. Pure; a
 * single tier of 100 % is a fixed price.
 */
public record PriceTiers(List<Tier> tiers) {
    private static final int MAX_TIERS = 20;
    static final int MAX_PERCENT = 10_000;

    /**
     * A step of the price.
     *
     * @param fromBacklog millions of work units that wait for each connected worker
     * @param percent of the base price
     */
    public record Tier(long fromBacklog, int percent) {}

    public PriceTiers {
        tiers = List.copyOf(tiers);
        boolean ordered = !tiers.isEmpty()
                && tiers.size() <= MAX_TIERS
                && tiers.getFirst().fromBacklog() == 0;
        for (int i = 0; i < tiers.size(); i++) {
            int percent = tiers.get(i).percent();
            ordered &= percent >= 1 && percent <= MAX_PERCENT;
            ordered &= i == 0 || tiers.get(i).fromBacklog() > tiers.get(i - 1).fromBacklog();
        }
        if (!ordered) {
            throw invalid();
        }
    }

    /**
     * Reads "0:100,20000:125": from the start the base price, from 20,000 million units per worker on a quarter more.
     *
     * @throws FarmException with INVALID_REQUEST when it is not of that form
     */
    public static PriceTiers parse(String text) {
        List<Tier> tiers = new ArrayList<>();
        try {
            for (String tier : text.split(",", -1)) {
                String[] parts = tier.strip().split(":", -1);
                if (parts.length != 2) {
                    throw invalid();
                }
                tiers.add(new Tier(Long.parseLong(parts[0].strip()), Integer.parseInt(parts[1].strip())));
            }
        } catch (NumberFormatException e) {
            throw invalid();
        }
        return new PriceTiers(tiers);
    }

    /** Whether demand changes nothing. */
    public boolean isFixed() {
        return tiers.size() == 1;
    }

    /**
     * The percentage of the base price.
     *
     * @param queuedUnits work units that wait
     * @param workers connected workers; none count as one
     */
    public int percent(long queuedUnits, int workers) {
        long backlog = queuedUnits / 1_000_000 / Math.max(1, workers);
        int percent = tiers.getFirst().percent();
        for (Tier tier : tiers) {
            if (backlog >= tier.fromBacklog()) {
                percent = tier.percent();
            }
        }
        return percent;
    }

    /** A base price at a percentage: rounded up, so that what had a price is never free. */
    public static long apply(long base, int percent) {
        return Math.ceilDiv(Math.multiplyExact(base, percent), 100);
    }

    private static FarmException invalid() {
        return new FarmException(
                ErrorCode.INVALID_REQUEST,
                "tilth.price.render-tiers is of the form \"0:100,20000:125\": at most " + MAX_TIERS
                        + " backlogs that rise from 0, each with 1 to " + MAX_PERCENT + " percent");
    }
}
