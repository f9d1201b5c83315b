package farm.tilth.api.job;

import farm.tilth.api.lease.Hardware;
import farm.tilth.api.pay.Tariff;
import java.time.Instant;
import java.util.Optional;

/**
 * What an order would cost, in the smallest unit.
 *
 * @param ceiling what is held when the job starts; it never costs more
 * @param estimate about what it will cost, as the scene was measured
 * @param workUnitsCeiling the work that the ceiling pays for
 * @param modelWorkUnits the work of the model steps, which the ceiling pays for, too; absent where there are none
 * @param tasks into how many tasks it is split
 * @param frames how many pictures come out; 0 for embeddings
 * @param perMillion what a million work units cost
 * @param percent of the base price, by the demand when it was asked for
 * @param hardware on which it is done, what that makes of the price, and who could do it now
 * @param validUntil until when the price can be had, with {@code quote}
 * @param quote for the header Tilth-Quote of an order of the same account
 */
public record Quote(
        long ceiling,
        long estimate,
        long workUnitsCeiling,
        Optional<Long> modelWorkUnits,
        long tasks,
        int frames,
        long perMillion,
        Optional<Integer> percent,
        Optional<OnHardware> hardware,
        Optional<Instant> validUntil,
        Optional<String> quote) {
    /**
     * The class of hardware of an order.
     *
     * @param percent of the base price, for the class; the price above has it
     * @param workers how many of the class are connected: with none of them, the job waits for one
     */
    public record OnHardware(Hardware name, int percent, int workers) {}

    /** The quote with the offer that it follows. */
    Quote offered(Tariff.Offer offer, OnHardware on, String text) {
        return new Quote(
                ceiling,
                estimate,
                workUnitsCeiling,
                modelWorkUnits,
                tasks,
                frames,
                perMillion,
                Optional.of(offer.percent()),
                Optional.of(on),
                Optional.of(offer.validUntil()),
                Optional.of(text));
    }
}
