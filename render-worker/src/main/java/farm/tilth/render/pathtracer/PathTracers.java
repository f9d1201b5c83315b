package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Scene;

/** Opens a scene on the best device of this machine. */
public final class PathTracers {
    private PathTracers() {}

    /**
     * Makes a scene ready to render. The caller closes the path tracer, on the same thread.
     *
     * @param threads CPU threads to use where there is no GPU
     * @throws farm.tilth.protocol.FarmException when the scene is broken or too large for the device
     */
    public static PathTracer open(Scene scene, int threads) {
        return new CpuPathTracer(scene, threads);
    }

    /** The device that {@link #open} uses, for people: "cpu, 2 threads, v3". */
    public static String device(int threads) {
        return "cpu, " + threads + (threads == 1 ? " thread, " : " threads, ")
                + CpuPathTracer.Level.best().name().toLowerCase(java.util.Locale.ROOT);
    }
}
