package farm.tilth.splitter.assemble;

import farm.tilth.protocol.task.ToneMap;

/** The curves between linear radiance and display, on Rec. 709 colours. What comes out may lie outside of 0 to 1. */
final class ToneCurves {
    private static final double ACES_INPUT_SCALE = 1 / 0.6;
    private static final double[][] ACES_INPUT = {
        {0.59719, 0.35458, 0.04823}, {0.07600, 0.90834, 0.01566}, {0.02840, 0.13383, 0.83777}
    };
    private static final double[][] ACES_OUTPUT = {
        {1.60475, -0.53108, -0.07367}, {-0.10208, 1.10813, -0.00605}, {-0.00327, -0.07276, 1.07602}
    };
    private static final double[][] TO_REC_2020 = {
        {0.6274, 0.3293, 0.0433}, {0.0691, 0.9195, 0.0113}, {0.0164, 0.0880, 0.8956}
    };
    private static final double[][] FROM_REC_2020 = {
        {1.6605, -0.5876, -0.0728}, {-0.1246, 1.1329, -0.0083}, {-0.0182, -0.1006, 1.1187}
    };
    private static final double[][] AGX_INSET = {
        {0.856627153315983, 0.0951212405381588, 0.0482516061458583},
        {0.137318972929847, 0.761241990602591, 0.101439036467562},
        {0.11189821299995, 0.0767994186031903, 0.811302368396859}
    };
    private static final double[][] AGX_OUTSET = {
        {1.1271005818144368, -0.11060664309660323, -0.016493938717834573},
        {-0.1413297634984383, 1.157823702216272, -0.016493938717834257},
        {-0.14132976349843826, -0.11060664309660294, 1.2519364065950405}
    };
    private static final double AGX_LEAST_STOPS = -12.47393;
    private static final double AGX_MOST_STOPS = 4.026069;
    private static final double AGX_LEAST = 1e-10;
    private static final double AGX_GAMMA = 2.2;
    private static final double NEUTRAL_START = 0.8 - 0.04;
    private static final double NEUTRAL_DESATURATION = 0.15;
    private static final double FILMIC_EXPOSURE = 2;
    private static final double FILMIC_WHITE = 11.2;
    private static final double LN_2 = 0.6931471805599453;

    private ToneCurves() {}

    /** Replaces the first 3 numbers; what is not a number or negative counts as 0. */
    static void apply(ToneMap.Curve curve, double[] rgb) {
        for (int c = 0; c < 3; c++) {
            rgb[c] = rgb[c] > 0 ? Math.min(rgb[c], Float.MAX_VALUE) : 0;
        }
        switch (curve) {
            case LINEAR -> {}
            case ACES -> aces(rgb);
            case NEUTRAL -> neutral(rgb);
            case AGX -> agx(rgb);
            case FILMIC -> filmic(rgb);
        }
    }

    /** Stephen Hill's fit of the ACES reference and output transforms, as glTF viewers use it. */
    private static void aces(double[] rgb) {
        multiply(ACES_INPUT, rgb, ACES_INPUT_SCALE);
        for (int c = 0; c < 3; c++) {
            double v = rgb[c];
            rgb[c] = (v * (v + 0.0245786) - 0.000090537) / (v * (0.983729 * v + 0.4329510) + 0.238081);
        }
        multiply(ACES_OUTPUT, rgb, 1);
    }

    /** Khronos PBR Neutral Tone Mapper, specification of 2024. */
    private static void neutral(double[] rgb) {
        double least = Math.min(rgb[0], Math.min(rgb[1], rgb[2]));
        double offset = least < 0.08 ? least - 6.25 * least * least : 0.04;
        for (int c = 0; c < 3; c++) {
            rgb[c] -= offset;
        }
        double peak = Math.max(rgb[0], Math.max(rgb[1], rgb[2]));
        if (peak < NEUTRAL_START) {
            return;
        }
        double rest = 1 - NEUTRAL_START;
        double newPeak = 1 - rest * rest / (peak + rest - NEUTRAL_START);
        double white = 1 - 1 / (NEUTRAL_DESATURATION * (peak - newPeak) + 1);
        for (int c = 0; c < 3; c++) {
            double scaled = rgb[c] * newPeak / peak;
            rgb[c] = scaled + (newPeak - scaled) * white;
        }
    }

    /** Troy Sobotka's AgX by Benjamin Wrensch's polynomial, in Rec. 2020 as glTF viewers have it. */
    private static void agx(double[] rgb) {
        multiply(TO_REC_2020, rgb, 1);
        multiply(AGX_INSET, rgb, 1);
        for (int c = 0; c < 3; c++) {
            double stops = StrictMath.log(Math.max(rgb[c], AGX_LEAST)) / LN_2;
            double x = (stops - AGX_LEAST_STOPS) / (AGX_MOST_STOPS - AGX_LEAST_STOPS);
            rgb[c] = agxContrast(Math.max(0, Math.min(1, x)));
        }
        multiply(AGX_OUTSET, rgb, 1);
        for (int c = 0; c < 3; c++) {
            rgb[c] = StrictMath.pow(Math.max(0, rgb[c]), AGX_GAMMA);
        }
        multiply(FROM_REC_2020, rgb, 1);
    }

    private static double agxContrast(double x) {
        double x2 = x * x;
        double x4 = x2 * x2;
        return 15.5 * x4 * x2 - 40.14 * x4 * x + 31.96 * x4 - 6.868 * x2 * x + 0.4298 * x2 + 0.1191 * x - 0.00232;
    }

    /** John Hable, "Filmic Tonemapping Operators", 2010. */
    private static void filmic(double[] rgb) {
        double white = hable(FILMIC_WHITE);
        for (int c = 0; c < 3; c++) {
            rgb[c] = hable(FILMIC_EXPOSURE * rgb[c]) / white;
        }
    }

    private static double hable(double x) {
        return (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.50) + 0.06) - 0.02 / 0.30;
    }

    private static void multiply(double[][] m, double[] v, double scale) {
        double x = v[0] * scale;
        double y = v[1] * scale;
        double z = v[2] * scale;
        for (int row = 0; row < 3; row++) {
            v[row] = m[row][0] * x + m[row][1] * y + m[row][2] * z;
        }
    }
}
