package farm.tilth.render.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.pathtracer.KernelCall;
import farm.tilth.render.pathtracer.PathTracer;
import farm.tilth.render.pathtracer.SceneBuffer;
import farm.tilth.render.pathtracer.SceneEncoder;
import farm.tilth.render.scene.Scene;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The kernel on a GPU. Everything happens on the thread that opens it. */
public final class CudaPathTracer implements PathTracer {
    /** The size of {@code Launch} in path_tracer.cu. */
    private static final long LAUNCH_BYTES = 24 + KernelCall.VIEW_BYTES + 24;
    /** The samples of a launch: short enough to look in between whether the picture is still wanted. */
    private static final long SAMPLES_PER_LAUNCH = 1L << 23;

    private final CudaContext context;
    private final CudaModule module;
    private final DeviceBuffer scene;

    private CudaPathTracer(CudaContext context, CudaModule module, DeviceBuffer scene) {
        this.context = context;
        this.module = module;
        this.scene = scene;
    }

    /**
     * Copies a scene to the device.
     *
     * @throws farm.tilth.protocol.FarmException OUT_OF_RESOURCES when it does not fit
     */
    public static CudaPathTracer open(CudaDevice device, Scene scene) {
        CudaContext context = CudaContext.open(device);
        CudaModule module = null;
        try (SceneBuffer encoded = SceneEncoder.encode(scene, NodeLayout.PACKED)) {
            module = CudaModule.load(device);
            return new CudaPathTracer(context, module, DeviceBuffer.copyOf(context, encoded.bytes()));
        } catch (RuntimeException e) {
            if (module != null) {
                module.close();
            }
            context.close();
            throw e;
        }
    }

    @Override
    public Film render(View view, TileBounds bounds, SampleRange samples) throws InterruptedException {
        context.checkThread();
        long area = bounds.area();
        int step = (int) Math.clamp(SAMPLES_PER_LAUNCH / area, 1, samples.count());
        try (Arena arena = Arena.ofConfined();
                DeviceBuffer sums = DeviceBuffer.zeros(context, area * view.channels() * Long.BYTES);
                DeviceBuffer rays = DeviceBuffer.zeros(context, area * Integer.BYTES)) {
            MemorySegment launch = arena.allocate(LAUNCH_BYTES, 8);
            for (int first = samples.first(); first < samples.end(); first += step) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("the picture is not wanted any more");
                }
                SampleRange part = new SampleRange(first, Math.min(samples.end(), first + step));
                encode(launch, view, bounds, part);
                launch.set(JAVA_LONG, 8, sums.address());
                launch.set(JAVA_LONG, 16, rays.address());
                module.launch(area, launch);
                context.synchronize();
            }
            return film(view, bounds, sums, rays, arena);
        }
    }

    private void encode(MemorySegment launch, View view, TileBounds bounds, SampleRange samples) {
        launch.set(JAVA_LONG, 0, scene.address());
        KernelCall.write(view, launch.asSlice(24));
        int[] part = {bounds.x(), bounds.y(), bounds.width(), bounds.height(), samples.first(), samples.end()};
        MemorySegment.copy(part, 0, launch, JAVA_INT, 24 + KernelCall.VIEW_BYTES, part.length);
    }

    private static Film film(View view, TileBounds bounds, DeviceBuffer sums, DeviceBuffer rays, Arena arena) {
        MemorySegment sumsHere = arena.allocate((long) bounds.area() * view.channels() * Long.BYTES, 8);
        MemorySegment raysHere = arena.allocate((long) bounds.area() * Integer.BYTES, 8);
        sums.copyTo(sumsHere);
        rays.copyTo(raysHere);
        return new Film(bounds, sumsHere.toArray(JAVA_LONG), raysHere.toArray(JAVA_INT));
    }

    @Override
    public void close() {
        scene.close();
        module.close();
        context.close();
    }
}
