package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.scene.Scene;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The kernel on the processor's cores. The number of threads and the instruction level change the speed alone. */
public final class CpuPathTracer implements PathTracer {
    /** The side of the square of pixels that a thread takes at a time. */
    private static final int PATCH = 8;
    /** After so many samples a thread looks whether its work is still wanted. */
    private static final int SAMPLES_PER_CALL = 16_384;

    private final SceneBuffer scene;
    private final int threads;
    private final Level level;
    private final ExecutorService executor;

    /** What the machine code may use; all levels give the same bits. */
    public enum Level {
        /** Any x86-64 processor (and any other architecture). */
        BASELINE(1),
        /** AVX2. */
        V3(3),
        /** AVX-512. */
        V4(4);

        private final int number;

        Level(int number) {
            this.number = number;
        }

        /** The highest level of this processor. */
        public static Level best() {
            int best = CpuKernel.level();
            return best >= V4.number ? V4 : best >= V3.number ? V3 : BASELINE;
        }
    }

    public CpuPathTracer(Scene scene, int threads) {
        this(scene, threads, Level.best());
    }

    /**
     * A tracer with a chosen instruction level.
     *
     * @param level not above {@link Level#best()}
     */
    public CpuPathTracer(Scene scene, int threads, Level level) {
        this(SceneEncoder.encode(scene, NodeLayout.PLAIN), threads, level);
    }

    /** A tracer that owns an encoded scene. */
    CpuPathTracer(SceneBuffer scene, int threads, Level level) {
        this.scene = scene;
        this.threads = threads;
        this.level = level;
        this.executor = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("render-", 0).factory());
    }

    @Override
    public Film render(View view, TileBounds bounds, SampleRange samples) throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment sums = arena.allocate((long) bounds.area() * view.channels() * Long.BYTES, 64);
            MemorySegment rays = arena.allocate((long) bounds.area() * Integer.BYTES, 64);
            KernelCall call = new KernelCall(scene, sums, rays, bounds, KernelCall.encode(view, arena));
            runAll(call, patches(bounds), samples);
            return new Film(bounds, sums.toArray(JAVA_LONG), rays.toArray(JAVA_INT));
        }
    }

    private void runAll(KernelCall call, List<TileBounds> patches, SampleRange samples) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean unwanted = new AtomicBoolean();
        Callable<Void> worker = () -> {
            for (int i = next.getAndIncrement(); i < patches.size(); i = next.getAndIncrement()) {
                renderPatch(call, patches.get(i), samples, unwanted);
            }
            return null;
        };
        List<Future<Void>> running = new ArrayList<>();
        for (int i = 0; i < Math.min(threads, patches.size()); i++) {
            running.add(executor.submit(worker));
        }
        awaitAll(running, unwanted);
    }

    private void renderPatch(KernelCall call, TileBounds patch, SampleRange samples, AtomicBoolean unwanted) {
        int step = Math.max(1, SAMPLES_PER_CALL / patch.area());
        try (Arena arena = Arena.ofConfined()) {
            for (int first = samples.first(); first < samples.end() && !unwanted.get(); first += step) {
                SampleRange part = new SampleRange(first, Math.min(samples.end(), first + step));
                MemorySegment work = call.encode(patch, part, arena);
                CpuKernel.render(level.number, work.address(), call.view().address());
            }
        }
    }

    /** Waits until no thread writes to the film any more, whether all went well or not. */
    private static void awaitAll(List<Future<Void>> running, AtomicBoolean unwanted) throws InterruptedException {
        boolean interrupted = false;
        Throwable failure = null;
        for (Future<Void> future : running) {
            while (!future.isDone()) {
                try {
                    future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    unwanted.set(true);
                } catch (ExecutionException e) {
                    failure = e.getCause();
                    unwanted.set(true);
                }
            }
        }
        if (failure != null) {
            throw new IllegalStateException("the kernel failed", failure);
        }
        if (interrupted) {
            throw new InterruptedException("the picture is not wanted any more");
        }
    }

    private static List<TileBounds> patches(TileBounds bounds) {
        List<TileBounds> patches = new ArrayList<>();
        for (int y = 0; y < bounds.height(); y += PATCH) {
            for (int x = 0; x < bounds.width(); x += PATCH) {
                int width = Math.min(PATCH, bounds.width() - x);
                int height = Math.min(PATCH, bounds.height() - y);
                patches.add(new TileBounds(bounds.x() + x, bounds.y() + y, width, height));
            }
        }
        return patches;
    }

    @Override
    public void close() {
        executor.close();
        scene.close();
    }
}
