package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkRange;
import static farm.tilth.protocol.task.Checks.present;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that decides the bits of a render job, and nothing else. It is stored as a blob; its digest names the
 * job's content, and every task refers to it.
 *
 * @param engine the exact kernel: a worker with another kernel is another engine
 * @param environment absent: the scene's own lights, or a built-in soft sky when it has none
 * @param animation the number of the glTF animation to play; absent: the first one when more than one frame is asked
 *     for, else none
 * @param samples per pixel
 * @param maxBounces the most scattering events of a path
 * @param seed chooses the noise
 * @param layers what is written besides the picture, in the order in which it lies in a film
 * @param denoiser absent: the noise stays
 * @param variant the name of the material variant to show; absent: the scene's own materials
 */
public record RenderPlan(
        String engine,
        SceneFiles scene,
        CameraChoice camera,
        Optional<EnvironmentMap> environment,
        Optional<Integer> animation,
        FrameRange frames,
        int width,
        int height,
        int samples,
        int maxBounces,
        long seed,
        ToneMap toneMap,
        Optics optics,
        List<Layer> layers,
        Optional<Denoiser> denoiser,
        Optional<String> variant) {
    /** The longest side of a picture, in pixels. */
    public static final int MAX_SIDE = 32_768;
    /** The most samples of a pixel. */
    public static final int MAX_SAMPLES = 1 << 20;
    /** The most scattering events of a path. */
    public static final int MAX_BOUNCES = 64;
    /** The rays that a sample traces at most: one to the next surface and one to a light at every vertex. */
    public static final int RAYS_PER_BOUNCE = 2;

    public RenderPlan {
        present(engine, "the engine");
        present(scene, "the scene");
        present(camera, "the camera");
        environment = environment == null ? Optional.empty() : environment;
        animation = animation == null ? Optional.empty() : animation;
        present(frames, "the frames");
        checkRange(width, 1, MAX_SIDE, "the width");
        checkRange(height, 1, MAX_SIDE, "the height");
        checkRange(samples, 1, MAX_SAMPLES, "the number of samples");
        checkRange(maxBounces, 0, MAX_BOUNCES, "the number of bounces");
        check(animation.isEmpty() || animation.get() >= 0, "the animation's number is negative");
        present(toneMap, "the tone map");
        optics = optics == null ? Optics.DEFAULT : optics;
        layers = layers == null ? List.of() : Layer.ordered(layers);
        denoiser = denoiser == null ? Optional.empty() : denoiser;
        variant = variant == null ? Optional.empty() : variant;
    }

    /** A plan for a pinhole, the picture alone, and the scene's own materials. */
    public RenderPlan(
            String engine,
            SceneFiles scene,
            CameraChoice camera,
            Optional<EnvironmentMap> environment,
            Optional<Integer> animation,
            FrameRange frames,
            int width,
            int height,
            int samples,
            int maxBounces,
            long seed,
            ToneMap toneMap) {
        this(
                engine,
                scene,
                camera,
                environment,
                animation,
                frames,
                width,
                height,
                samples,
                maxBounces,
                seed,
                toneMap,
                Optics.DEFAULT,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The layers of its film: those that are written and those that the denoiser reads. */
    public List<Layer> filmLayers() {
        List<Layer> all = new ArrayList<>(layers);
        denoiser.map(Denoiser::reads).ifPresent(all::addAll);
        return Layer.ordered(all);
    }

    /** The content's name. */
    public Digest digest() {
        return Digest.ofText(Json.write(this));
    }

    /** The most work units (rays) that the job can cost, whatever the scene. */
    public long maxWorkUnits() {
        long perSample = 1L + (long) RAYS_PER_BOUNCE * (maxBounces + 1L);
        return Math.multiplyExact(
                Math.multiplyExact((long) width * height, (long) samples * frames.count()), perSample);
    }
}
