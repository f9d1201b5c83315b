package farm.tilth.splitter.assemble;

import farm.tilth.protocol.task.ToneMap;

/**
 * Turns linear radiance into what a screen shows. Only IEEE arithmetic and StrictMath: the bytes are the same on
 * every machine.
 */
public final class ToneMapper {
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
        ToneCurves.apply(toneMap.curve(), rgba);
        for (int c = 0; c < 3; c++) {
            rgba[c] = encoded(clamp(rgba[c]));
        }
        rgba[3] = alpha;
    }

    /**
     * Maps a film to 16 bits a channel.
     *
     * @param mean as {@link #map} takes it
     * @return 4 a pixel: red, green, blue and alpha, alpha straight
     */
    public short[] map16(float[] mean) {
        short[] channels = new short[mean.length];
        double[] rgba = new double[4];
        for (int i = 0; i < mean.length / 4; i++) {
            display(mean, i, rgba);
            for (int c = 0; c < 4; c++) {
                channels[i * 4 + c] = (short) (int) (rgba[c] * 65_535 + 0.5);
            }
        }
        return channels;
    }

    /** The nearest 8 bits of each channel, 0xAARRGGBB. */
    public static int argb(double[] rgba) {
        return toByte(rgba[3]) << 24 | toByte(rgba[0]) << 16 | toByte(rgba[1]) << 8 | toByte(rgba[2]);
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
