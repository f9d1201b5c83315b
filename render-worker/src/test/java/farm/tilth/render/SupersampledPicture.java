package farm.tilth.render;

import farm.tilth.splitter.assemble.ExrEncoder;
import farm.tilth.splitter.assemble.PngEncoder;
import farm.tilth.splitter.assemble.ToneMapper;
import java.util.stream.IntStream;

/**
 * A picture that was rendered at a whole multiple of its size, and is made smaller after the tone map: edges come out
 * as smooth as a screen shows them, however bright one side of them is.
 *
 * @param width of the picture that comes out
 * @param factor how many rendered pixels lie along the side of one of its pixels
 * @param mean what was rendered: linear RGB premultiplied by alpha, and alpha
 */
record SupersampledPicture(int width, int height, int factor, float[] mean) {
    /** How far Lanczos' filter reaches, in pixels that come out. */
    private static final int LOBES = 3;

    /**
     * The picture as 8-bit PNG, alpha straight: tone-mapped, cut to 8 bits, made smaller by Lanczos' filter. The
     * references' script cuts, too, which darkens them by half a level, and their thumbnails come nearest by this filter.
     */
    byte[] png(ToneMapper toneMapper) {
        float[] shown = shown(toneMapper);
        float[] turned = narrowedAndTurned(shown, width * factor, height * factor);
        float[] small = narrowedAndTurned(turned, height * factor, width);
        int[] argb = new int[width * height];
        double[] pixel = new double[4];
        for (int i = 0; i < argb.length; i++) {
            double alpha = small[4 * i + 3];
            for (int c = 0; c < 3; c++) {
                pixel[c] = alpha > 0 ? Math.clamp(small[4 * i + c] / alpha, 0, 1) : 0;
            }
            pixel[3] = Math.clamp(alpha, 0, 1);
            argb[i] = ToneMapper.argb(pixel);
        }
        return PngEncoder.encode(width, height, argb);
    }

    /** What a screen would show of each rendered pixel, cut to 8 bits and premultiplied by alpha; and alpha. */
    private float[] shown(ToneMapper toneMapper) {
        float[] shown = new float[mean.length];
        double[] pixel = new double[4];
        for (int i = 0; i < mean.length / 4; i++) {
            toneMapper.display(mean, i, pixel);
            for (int c = 0; c < 3; c++) {
                shown[4 * i + c] = (float) (Math.floor(pixel[c] * 255) / 255 * pixel[3]);
            }
            shown[4 * i + 3] = (float) pixel[3];
        }
        return shown;
    }

    /** Rows of `length` pixels as columns of that many over the factor. */
    private float[] narrowedAndTurned(float[] pixels, int length, int rows) {
        double[] weights = weights();
        int before = (weights.length - factor) / 2;
        int narrow = length / factor;
        float[] turned = new float[4 * narrow * rows];
        for (int row = 0; row < rows; row++) {
            for (int x = 0; x < narrow; x++) {
                double[] sum = new double[4];
                for (int t = 0; t < weights.length; t++) {
                    int from = 4 * (row * length + Math.clamp(x * factor - before + t, 0, length - 1));
                    for (int c = 0; c < 4; c++) {
                        sum[c] += weights[t] * pixels[from + c];
                    }
                }
                for (int c = 0; c < 4; c++) {
                    turned[4 * (x * rows + row) + c] = (float) sum[c];
                }
            }
        }
        return turned;
    }

    /** Of the rendered pixels around one that comes out; their sum is 1. */
    private double[] weights() {
        double[] weights = IntStream.range(-LOBES * factor, (LOBES + 1) * factor)
                .mapToDouble(t -> lanczos((t + 0.5) / factor - 0.5))
                .toArray();
        double sum =
                IntStream.range(0, weights.length).mapToDouble(t -> weights[t]).sum();
        return IntStream.range(0, weights.length)
                .mapToDouble(t -> weights[t] / sum)
                .toArray();
    }

    private static double lanczos(double x) {
        if (Math.abs(x) >= LOBES) {
            return 0;
        }
        double turn = Math.PI * x;
        return x == 0 ? 1 : LOBES * StrictMath.sin(turn) * StrictMath.sin(turn / LOBES) / (turn * turn);
    }

    /** The picture as OpenEXR: linear, averaged. */
    byte[] exr() {
        float[] small = new float[4 * width * height];
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < 4; c++) {
                double sum = 0;
                for (int part = 0; part < factor * factor; part++) {
                    sum += mean[4 * rendered(i, part) + c];
                }
                small[4 * i + c] = (float) (sum / (factor * factor));
            }
        }
        return ExrEncoder.encode(width, height, ExrEncoder.rgba(small));
    }

    private int rendered(int pixel, int part) {
        int x = pixel % width * factor + part % factor;
        int y = pixel / width * factor + part / factor;
        return y * width * factor + x;
    }
}
