package farm.tilth.splitter.assemble;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.ModelStep.Space;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.ToneMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * A frame between two of its plan's steps, or after the last. Models change its colour; alpha is the film's own,
 * enlarged as the colour was. The same on every machine.
 */
public final class StagedPicture {
    private final int width;
    private final int height;
    private final float[] rgba;
    private final Space space;

    private StagedPicture(int width, int height, float[] rgba, Space space) {
        this.width = width;
        this.height = height;
        this.rgba = rgba;
        this.space = space;
    }

    /** The frame before the first step. */
    public static StagedPicture of(FramePicture frame) {
        return new StagedPicture(frame.width(), frame.height(), frame.color(), Space.LINEAR);
    }

    /**
     * The frame after a step.
     *
     * @param step the step's number, from 0
     * @param result the step's own
     * @throws farm.tilth.protocol.FarmException with RESULT_REJECTED when the result is not one of this step
     */
    public static StagedPicture after(Picture plan, FramePicture frame, int step, ResultFile result) {
        ModelStep last = plan.steps().get(step);
        int before = plan.scaleBefore(step);
        int width = frame.width() * before;
        int height = frame.height() * before;
        float[] rgb = TileBlend.merge(width, height, last, result);
        int scale = before * last.scale();
        float[] rgba = new float[rgb.length / 3 * 4];
        for (int i = 0; i < rgba.length / 4; i++) {
            System.arraycopy(rgb, 3 * i, rgba, 4 * i, 3);
            rgba[4 * i + 3] = alpha(frame, i % (frame.width() * scale), i / (frame.width() * scale), scale);
        }
        return new StagedPicture(width * last.scale(), height * last.scale(), rgba, last.space());
    }

    /** Alpha at a pixel of the enlarged frame, between its nearest pixels. */
    private static float alpha(FramePicture frame, int x, int y, int scale) {
        if (scale == 1) {
            return frame.color()[4 * (y * frame.width() + x) + 3];
        }
        double u = Math.clamp((x + 0.5) / scale - 0.5, 0, frame.width() - 1);
        double v = Math.clamp((y + 0.5) / scale - 0.5, 0, frame.height() - 1);
        int x0 = (int) u;
        int y0 = (int) v;
        double above = between(frame, x0, y0, u - x0);
        double below = between(frame, x0, Math.min(y0 + 1, frame.height() - 1), u - x0);
        return (float) (above + (below - above) * (v - y0));
    }

    private static double between(FramePicture frame, int x, int y, double share) {
        int row = y * frame.width();
        double left = frame.color()[4 * (row + x) + 3];
        double right = frame.color()[4 * (row + Math.min(x + 1, frame.width() - 1)) + 3];
        return left + (right - left) * share;
    }

    /**
     * The same picture in the colours that a model knows.
     *
     * @throws IllegalArgumentException for linear colours of what was mapped for a display
     */
    public StagedPicture in(Space wanted, ToneMap toneMap) {
        if (wanted == space) {
            return this;
        }
        if (wanted == Space.LINEAR) {
            throw new IllegalArgumentException("what was mapped for a display is not linear any more");
        }
        ToneMapper mapper = new ToneMapper(toneMap);
        float[] shown = new float[rgba.length];
        double[] pixel = new double[4];
        for (int i = 0; i < rgba.length / 4; i++) {
            mapper.display(rgba, i, pixel);
            for (int c = 0; c < 4; c++) {
                shown[4 * i + c] = (float) pixel[c];
            }
        }
        return new StagedPicture(width, height, shown, Space.SRGB);
    }

    /** The PNG of what a display shows. */
    public byte[] png(ToneMap toneMap) {
        float[] shown = in(Space.SRGB, toneMap).rgba;
        if (toneMap.bits().orElse(8) == 16) {
            short[] channels = new short[shown.length];
            for (int i = 0; i < channels.length; i++) {
                channels[i] = (short) (int) (Math.clamp((double) shown[i], 0, 1) * 65_535 + 0.5);
            }
            return PngEncoder.encode16(width, height, channels);
        }
        int[] argb = new int[shown.length / 4];
        double[] pixel = new double[4];
        for (int i = 0; i < argb.length; i++) {
            for (int c = 0; c < 4; c++) {
                pixel[c] = Math.clamp((double) shown[4 * i + c], 0, 1);
            }
            argb[i] = ToneMapper.argb(pixel);
        }
        return PngEncoder.encode(width, height, argb);
    }

    /** SHA-256 of its numbers, little-endian. */
    public Digest digest() {
        MessageDigest sha = Digest.sha256();
        ByteBuffer row = ByteBuffer.allocate(4 * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = 0; y < height; y++) {
            row.clear().asFloatBuffer().put(rgba, 4 * y * width, 4 * width);
            sha.update(row);
        }
        return Digest.fromBytes(sha.digest());
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** 4 a pixel: red, green, blue and alpha. The array is not copied: leave it as it is. */
    public float[] rgba() {
        return rgba;
    }
}
