package farm.tilth.render.scene;

import java.util.Optional;

/**
 * The light of scenes that bring none: a soft grey room with a large warm lamp from the upper left and a cool, weaker
 * one from the right. Computed, the same on every machine.
 */
public final class StudioSky {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 128;
    private static final double[] KEY = Matrix.unit(new double[] {-0.6, 0.75, 0.55});
    private static final double[] FILL = Matrix.unit(new double[] {0.85, 0.3, 0.4});
    private static final double[] RIM = Matrix.unit(new double[] {0.2, 0.55, -0.9});

    private StudioSky() {}

    /** The sky as the camera sees it, too. */
    public static Environment environment() {
        float[] rgb = new float[WIDTH * HEIGHT * 3];
        for (int y = 0; y < HEIGHT; y++) {
            double latitude = (0.5 - (y + 0.5) / HEIGHT) * Math.PI;
            double height = StrictMath.sin(latitude);
            double across = StrictMath.cos(latitude);
            for (int x = 0; x < WIDTH; x++) {
                double longitude = ((x + 0.5) / WIDTH - 0.5) * 2 * Math.PI;
                double[] d = {across * StrictMath.cos(longitude), height, across * StrictMath.sin(longitude)};
                double key = 5.5 * lobe(d, KEY, 5);
                double fill = 1.4 * lobe(d, FILL, 4);
                double rim = 1.6 * lobe(d, RIM, 5);
                double room = room(height);
                int at = (y * WIDTH + x) * 3;
                rgb[at] = (float) (room * 0.98 + key * 1.0 + fill * 0.82 + rim);
                rgb[at + 1] = (float) (room + key * 0.95 + fill * 0.92 + rim);
                rgb[at + 2] = (float) (room * 1.04 + key * 0.86 + fill * 1.06 + rim);
            }
        }
        return new Environment(WIDTH, HEIGHT, rgb, 0, true);
    }

    /** A scene with the environment that was asked for; with this sky when it would be dark otherwise. */
    public static Scene light(Scene scene, Optional<Environment> environment) {
        Optional<Environment> chosen = environment;
        if (chosen.isEmpty() && scene.lights().isEmpty() && !shines(scene)) {
            chosen = Optional.of(environment());
        }
        return scene.under(chosen);
    }

    private static boolean shines(Scene scene) {
        boolean[] bright = new boolean[scene.materials().size()];
        for (int i = 0; i < bright.length; i++) {
            bright[i] = scene.materials().get(i).emission().shines();
        }
        for (int material : scene.mesh().materials()) {
            if (bright[material]) {
                return true;
            }
        }
        return false;
    }

    /** Darker below, brightest a little over the horizon. */
    private static double room(double height) {
        double up = Math.max(0, height);
        double down = Math.max(0, -height);
        return 0.62 - 0.25 * up - 0.42 * down * (2 - down);
    }

    /** A round lamp with a soft edge: cos^(2^doublings) of the angle to its middle. */
    private static double lobe(double[] d, double[] middle, int doublings) {
        double value = Math.max(0, Matrix.dot(d, middle));
        for (int i = 0; i < doublings; i++) {
            value *= value;
        }
        return value;
    }
}
