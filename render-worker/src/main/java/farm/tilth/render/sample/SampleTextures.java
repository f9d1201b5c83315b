package farm.tilth.render.sample;

import farm.tilth.render.scene.Matrix;
import farm.tilth.splitter.assemble.PngEncoder;

/** The pictures of the sample scene, computed. */
final class SampleTextures {
    private static final int SIDE = 512;

    private SampleTextures() {}

    private interface Pixel {
        /** ARGB, 8 bits each. */
        int at(double u, double v);
    }

    private static byte[] png(int width, int height, Pixel pixel) {
        int[] argb = new int[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                argb[y * width + x] = pixel.at((x + 0.5) / width, (y + 0.5) / height);
            }
        }
        return PngEncoder.encode(width, height, argb);
    }

    /** Stone chips in pale cement; it tiles. */
    static byte[] terrazzo() {
        int[] chips = {0xffb9563a, 0xff2f6f6a, 0xff3b3a3c, 0xffd9a441, 0xff8d8577, 0xffcfc6b4};
        return png(2 * SIDE, 2 * SIDE, (u, v) -> {
            double[] near = nearestCells(u, v, 22);
            double grain = noise(u * 64, v * 64, 64, 5) - 0.5;
            boolean chip = near[1] - near[0] > 0.16 + 0.35 * near[3] && near[2] > 0.18;
            int color = chip ? chips[(int) (near[2] * 997) % chips.length] : 0xffe6ddcd;
            return shade(color, 1 + 0.07 * grain);
        });
    }

    /** Smooth chips, duller cement: roughness in green, no metal. */
    static byte[] terrazzoRoughness() {
        return png(2 * SIDE, 2 * SIDE, (u, v) -> {
            double[] near = nearestCells(u, v, 22);
            boolean chip = near[1] - near[0] > 0.16 + 0.35 * near[3] && near[2] > 0.18;
            int roughness = (int) ((chip ? 0.16 : 0.34) * 255 + 20 * noise(u * 16, v * 16, 16, 3));
            return 0xff000000 | roughness << 8;
        });
    }

    /** The lines that a potter's fingers leave, as a normal map. */
    static byte[] thrownClay() {
        return png(SIDE, SIDE, (u, v) -> {
            double step = 1.0 / SIDE;
            double dx = (clay(u + step, v) - clay(u - step, v)) * 14;
            double dy = (clay(u, v + step) - clay(u, v - step)) * 14;
            double[] n = Matrix.unit(new double[] {-dx, dy, 1});
            return argb(255, n[0] * 0.5 + 0.5, n[1] * 0.5 + 0.5, n[2] * 0.5 + 0.5);
        });
    }

    private static double clay(double u, double v) {
        double wobble = 0.012 * StrictMath.sin(2 * Math.PI * (2 * u + 3 * v));
        double rings = 0.5 + 0.5 * StrictMath.sin(2 * Math.PI * (34 * (v + wobble)));
        return 0.020 * rings * (0.6 + 0.4 * noise(v * 16, 0, 16, 7)) + 0.016 * noise(u * 128, v * 64, 128, 9);
    }

    /** Fired clay: stains and lime bloom. */
    static byte[] clayColor() {
        return png(SIDE, SIDE, (u, v) -> {
            double stain = noise(u * 6, v * 6, 6, 21) * 0.6 + noise(u * 24, v * 24, 24, 22) * 0.4;
            double bloom = Math.max(0, stain - 0.62) * 1.6;
            return argb(255, 0.70 + 0.16 * bloom, 0.41 + 0.3 * bloom - 0.07 * stain, 0.30 + 0.3 * bloom - 0.06 * stain);
        });
    }

    /** A leaf with its veins; around it nothing. */
    static byte[] leaf() {
        return png(SIDE / 2, SIDE, (u, v) -> {
            double along = 1 - v;
            double half = 0.47 * leafWidth(along);
            double x = u - 0.5;
            double edge = 0.012 * StrictMath.sin(along * 70);
            boolean inside = Math.abs(x) < half + edge * Math.min(1, half * 6) && along > 0.01 && along < 0.99;
            double vein = StrictMath.sin((along * 2 - Math.abs(x) * 2.2) * 26);
            double rib = Math.max(0, 1 - Math.abs(x) / 0.022);
            double line = Math.max(Math.max(0, vein - 0.9) * 5, rib);
            double mottle = noise(u * 12, v * 24, 32, 31) * 0.14;
            double green = 0.40 + 0.12 * along + mottle + 0.16 * line;
            return argb(inside ? 255 : 0, 0.17 + 0.14 * along + 0.22 * line + mottle * 0.6, green, 0.10 + 0.12 * line);
        });
    }

    /** Half the width of a leaf at a height, from 0 to 1. */
    private static double leafWidth(double along) {
        double s = StrictMath.sin(Math.PI * StrictMath.pow(along, 0.72));
        return StrictMath.pow(Math.max(0, s), 0.8);
    }

    /** Crumbs of soil. */
    static byte[] soil() {
        return png(SIDE, SIDE, (u, v) -> {
            double crumbs = noise(u * 40, v * 40, 40, 41) * 0.6 + noise(u * 120, v * 120, 120, 42) * 0.4;
            return argb(255, 0.13 + 0.16 * crumbs, 0.085 + 0.11 * crumbs, 0.055 + 0.075 * crumbs);
        });
    }

    /** Distances to the two nearest points of a jittered lattice, and two numbers that belong to the nearest one. */
    private static double[] nearestCells(double u, double v, int cells) {
        double x = u * cells;
        double y = v * cells;
        double[] best = {9, 9, 0, 0};
        for (int j = (int) y - 2; j <= (int) y + 2; j++) {
            for (int i = (int) x - 2; i <= (int) x + 2; i++) {
                int wrapI = Math.floorMod(i, cells);
                int wrapJ = Math.floorMod(j, cells);
                double dx = i + 0.15 + 0.7 * hash(wrapI, wrapJ, 1) - x;
                double dy = j + 0.15 + 0.7 * hash(wrapI, wrapJ, 2) - y;
                double distance = StrictMath.sqrt(dx * dx + dy * dy);
                if (distance < best[0]) {
                    best = new double[] {distance, best[0], hash(wrapI, wrapJ, 3), hash(wrapI, wrapJ, 4)};
                } else if (distance < best[1]) {
                    best[1] = distance;
                }
            }
        }
        return best;
    }

    /** Smooth noise from 0 to 1 that repeats after {@code period}. */
    static double noise(double x, double y, int period, int seed) {
        int i = (int) Math.floor(x);
        int j = (int) Math.floor(y);
        double fx = smooth(x - i);
        double fy = smooth(y - j);
        double low = mix(lattice(i, j, period, seed), lattice(i + 1, j, period, seed), fx);
        double high = mix(lattice(i, j + 1, period, seed), lattice(i + 1, j + 1, period, seed), fx);
        return mix(low, high, fy);
    }

    private static double lattice(int i, int j, int period, int seed) {
        return hash(Math.floorMod(i, period), Math.floorMod(j, period), seed);
    }

    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }

    private static double mix(double a, double b, double t) {
        return a + (b - a) * t;
    }

    /** A number from 0 to 1 that depends on three integers alone. */
    static double hash(int x, int y, int seed) {
        long h = x * 0x9e3779b97f4a7c15L ^ y * 0xc2b2ae3d27d4eb4fL ^ seed * 0x165667b19e3779f9L;
        h = (h ^ h >>> 29) * 0xbf58476d1ce4e5b9L;
        h = (h ^ h >>> 32) * 0x94d049bb133111ebL;
        return ((h ^ h >>> 31) >>> 11) * 0x1p-53;
    }

    private static int shade(int argb, double factor) {
        return argb(
                255,
                (argb >> 16 & 255) / 255.0 * factor,
                (argb >> 8 & 255) / 255.0 * factor,
                (argb & 255) / 255.0 * factor);
    }

    private static int argb(int alpha, double red, double green, double blue) {
        return alpha << 24 | eight(red) << 16 | eight(green) << 8 | eight(blue);
    }

    private static int eight(double value) {
        return (int) (Math.clamp(value, 0, 1) * 255 + 0.5);
    }
}
