package farm.tilth.splitter.assemble;

import farm.tilth.protocol.task.ToneMap;

/**
 * Turns linear radiance into what a screen shows. Only IEEE arithmetic and StrictMath: the bytes are the same on
 * every machine.
 */
public final class ToneMapper {
    private static final double ACES_INPUT_SCALE = 1 / 0.6;
    private static final double[][] ACES_INPUT = {
        {0.59719, 0.35458, 0.04823}, {0.07600, 0.90834, 0.01566}, {0.02840, 0.13383, 0.83777}
    };
    private static final double[][] ACES_OUTPUT = {
        {1.60475, -0.53108, -0.07367}, {-0.10208, 1.10813, -0.00605}, {-0.00327, -0.07276, 1.07602}
    };

    private final ToneMap toneMap;
    private final double scale;

    public ToneMapper(ToneMap toneMap) {
        this.toneMap = toneMap;
        this.scale = StrictMath.pow(2, toneMap.exposure());
    }

    /**
     * Maps a film.
     *
     * @param mean 4 a pixel: linear RGB premultiplied by alpha, and alpha (see {@link FrameFilm#mean})
     * @return a pixel an int, 0xAARRGGBB, alpha straight
     */
    public int[] map(float[] mean) {
        int[] argb = new int[mean.length / 4];
        double[] rgba = new double[4];
        for (int i = 0; i < argb.length; i++) {
            display(mean, i, rgba);
            argb[i] = argb(rgba);
        }
        return argb;
    }

    /**
     * Maps one pixel of a film.
     *
     * @param rgba takes what a screen is sent, from 0 to 1, alpha straight
     */
    public void display(float[] mean, int pixel, double[] rgba) {
        double alpha = clamp(mean[pixel * 4 + 3]);
        for (int c = 0; c < 3; c++) {
            rgba[c] = alpha > 0 ? mean[pixel * 4 + c] / alpha * scale : 0;
        }
        if (toneMap.curve() == ToneMap.Curve.ACES) {
            aces(rgba);
        }
        for (int c = 0; c < 3; c++) {
            rgba[c] = encoded(clamp(rgba[c]));
        }
        rgba[3] = alpha;
    }

    /** The nearest 8 bits of each channel, 0xAARRGGBB. */
    public static int argb(double[] rgba) {
        return toByte(rgba[3]) << 24 | toByte(rgba[0]) << 16 | toByte(rgba[1]) << 8 | toByte(rgba[2]);
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

    private static void multiply(double[][] m, double[] v, double scale) {
        double x = v[0] * scale;
        double y = v[1] * scale;
        double z = v[2] * scale;
        for (int row = 0; row < 3; row++) {
            v[row] = m[row][0] * x + m[row][1] * y + m[row][2] * z;
        }
    }

    private double encoded(double linear) {
        if (toneMap.gamma().isPresent()) {
            return StrictMath.pow(linear, 1 / toneMap.gamma().get());
        }
        return linear <= 0.0031308 ? 12.92 * linear : 1.055 * StrictMath.pow(linear, 1 / 2.4) - 0.055;
    }

    private static int toByte(double v) {
        return (int) (v * 255 + 0.5);
    }

    private static double clamp(double v) {
        return v > 0 ? Math.min(v, 1) : 0;
    }
}
