package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkFinite;
import static farm.tilth.protocol.task.Checks.present;

/**
 * How linear radiance becomes the 8 bits of a PNG.
 *
 * @param exposure in stops: radiance is multiplied by 2^exposure before the curve
 */
public record ToneMap(Curve curve, double exposure) {
    /** ACES with exposure 0. */
    public static final ToneMap DEFAULT = new ToneMap(Curve.ACES, 0);

    public ToneMap {
        present(curve, "the tone map's curve");
        checkFinite(exposure, "the exposure");
        check(Math.abs(exposure) <= 32, "the exposure is over 32 stops");
    }

    /** The curve between radiance and display. */
    public enum Curve {
        /** Clip to 0 … 1, then sRGB. */
        LINEAR,
        /** The fit of ACES by Hill that glTF viewers use (input scaled by 1/0.6), then sRGB. */
        ACES
    }
}
