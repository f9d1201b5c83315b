package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What all calls of the CPU kernel for one film have in common. */
public record KernelCall(
        SceneBuffer scene, MemorySegment sums, MemorySegment rays, TileBounds film, MemorySegment view) {
    private static final long WORK_BYTES = 64;
    /** The size of {@code View} in camera.h. */
    public static final long VIEW_BYTES = 64;

    /** {@code View} of camera.h. */
    static MemorySegment encode(PathTracer.View view, Arena arena) {
        MemorySegment to = arena.allocate(VIEW_BYTES, 8);
        write(view, to);
        return to;
    }

    /** Writes {@code View} of camera.h to the beginning of a segment. */
    public static void write(PathTracer.View view, MemorySegment to) {
        Optics optics = view.optics();
        Bounces bounces = view.paths().bounces();
        int[] fields = {view.width(), view.height(), view.frame(), bounces.total()};
        MemorySegment.copy(fields, 0, to, JAVA_INT, 0, fields.length);
        to.set(JAVA_LONG, 16, view.paths().seed());
        int[] film = {
            optics.filter().ordinal(), Layer.mask(view.layers()), view.paths().secondHalf()
        };
        MemorySegment.copy(film, 0, to, JAVA_INT, 24, film.length);
        to.set(JAVA_FLOAT, 36, optics.lens().map(lens -> (float) lens.radius()).orElse(0f));
        to.set(
                JAVA_FLOAT,
                40,
                optics.lens().map(lens -> (float) lens.focusDistance()).orElse(1f));
        int[] kinds = {bounces.diffuse(), bounces.glossy(), bounces.transmission()};
        MemorySegment.copy(kinds, 0, to, JAVA_INT, 44, kinds.length);
        to.set(
                JAVA_FLOAT,
                56,
                view.paths().indirectClamp().map(Double::floatValue).orElse(0f));
    }

    /** {@code Work} of cpu_kernel.h. */
    MemorySegment encode(TileBounds part, SampleRange samples, Arena arena) {
        MemorySegment to = arena.allocate(WORK_BYTES, 8);
        long[] addresses = {scene.bytes().address(), sums.address(), rays.address()};
        MemorySegment.copy(addresses, 0, to, JAVA_LONG, 0, addresses.length);
        int[] fields = {
            film.x(),
            film.y(),
            film.width(),
            part.x(),
            part.y(),
            part.width(),
            part.height(),
            samples.first(),
            samples.end()
        };
        MemorySegment.copy(fields, 0, to, JAVA_INT, 24, fields.length);
        return to;
    }
}
