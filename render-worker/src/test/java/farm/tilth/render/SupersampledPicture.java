package farm.tilth.render;

import farm.tilth.splitter.assemble.ExrEncoder;
import farm.tilth.splitter.assemble.PngEncoder;
import farm.tilth.splitter.assemble.ToneMapper;

/**
 * A picture that was rendered at a whole multiple of its size, and is averaged down after the tone map: edges come out
 * as smooth as a screen shows them, however bright one side of them is.
 *
 * @param width of the picture that comes out
 * @param factor how many rendered pixels lie along the side of one of its pixels
 * @param mean what was rendered: linear RGB premultiplied by alpha, and alpha
 */
record SupersampledPicture(int width, int height, int factor, float[] mean) {
    /**
     * The picture as 8-bit PNG, alpha straight: tone-mapped, cut to 8 bits, averaged. The references' script cuts before
     * it makes them smaller, too, which darkens them by half a level.
     */
    byte[] png(ToneMapper toneMapper) {
        int[] argb = new int[width * height];
        double[] pixel = new double[4];
        for (int i = 0; i < argb.length; i++) {
            double[] sum = new double[4];
            for (int part = 0; part < factor * factor; part++) {
                toneMapper.display(mean, rendered(i, part), pixel);
                for (int c = 0; c < 3; c++) {
                    sum[c] += Math.floor(pixel[c] * 255) / 255 * pixel[3];
                }
                sum[3] += pixel[3];
            }
            for (int c = 0; c < 3; c++) {
                sum[c] = sum[3] > 0 ? sum[c] / sum[3] : 0;
            }
            sum[3] /= factor * factor;
            argb[i] = ToneMapper.argb(sum);
        }
        return PngEncoder.encode(width, height, argb);
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
