package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkFinite;
import static farm.tilth.protocol.task.Checks.present;

import java.util.Optional;

/**
 * How linear radiance becomes the numbers of a PNG.
 *
 * @param exposure in stops: radiance is multiplied by 2^exposure before the curve
 * @param gamma the display's exponent, from 1 to 4; absent: the sRGB curve
 * @param bits of each channel, 8 or 16; absent: 8
 */
public record ToneMap(Curve curve, double exposure, Optional<Double> gamma, Optional<Integer> bits) {
    /** ACES with exposure 0, for an sRGB display. */
    public static final ToneMap DEFAULT = new ToneMap(Curve.ACES, 0);

    public ToneMap {
        present(curve, "the tone map's curve");
        checkFinite(exposure, "the exposure");
        check(Math.abs(exposure) <= 32, "the exposure is over 32 stops");
        gamma = gamma == null ? Optional.empty() : gamma;
        gamma.ifPresent(g -> check(g >= 1 && g <= 4, "the gamma is " + g + "; it must be from 1 to 4"));
        bits = bits == null ? Optional.empty() : bits;
        bits.ifPresent(b -> check(b == 8 || b == 16, "the bits of a channel are " + b + "; they must be 8 or 16"));
    }

    /** A tone map for an sRGB display. */
    public ToneMap(Curve curve, double exposure) {
        this(curve, exposure, Optional.empty(), Optional.empty());
    }

    /** The curve between radiance and display. */
    public enum Curve {
        /** Clip to 0 … 1. */
        LINEAR,
        /** The fit of ACES by Hill that glTF viewers use (input scaled by 1/0.6). */
        ACES,
        /** Khronos' PBR Neutral: base colours under grey light come out as they are. */
        NEUTRAL,
        /** AgX by Sobotka, in Wrensch's fit that glTF viewers use. */
        AGX,
        /** Hable's filmic curve of 2010, with white at 11.2. */
        FILMIC
    }
}
