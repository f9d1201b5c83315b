package farm.tilth.api.job;

import farm.tilth.api.lease.Hardware;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.EnvironmentMap;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.ToneMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An order of frames. Everything but the scene has a default.
 *
 * @param bounces limits for each kind of bounce below {@code maxBounces}; absent: none
 * @param indirectClamp absent: all light counts; see {@link LightPaths}
 * @param layers what is written beside the picture, into its EXR
 * @param variant the name of one of the scene's material variants
 * @param steps the models that every frame goes through, in their order
 * @param tile the side of a tile in pixels; absent: chosen to suit the picture
 * @param hardware the class of the workers that are to do it; it has a price of its own
 * @param samplesPerTask the most samples of a pixel in one task; absent: chosen
 */
public record RenderRequest(
        UUID scene,
        CameraChoice camera,
        Optional<EnvironmentMap> environment,
        FrameRange frames,
        Optional<Integer> animation,
        Integer width,
        Integer height,
        Integer samples,
        Integer maxBounces,
        Optional<BounceLimits> bounces,
        Optional<Double> indirectClamp,
        Long seed,
        ToneMap toneMap,
        Optics optics,
        List<Layer> layers,
        Optional<Denoiser> denoiser,
        List<StepRequest> steps,
        Optional<String> variant,
        Optional<Integer> tile,
        Optional<Integer> samplesPerTask,
        Hardware hardware) {
    private static final FrameRange FIRST_FRAME = new FrameRange(0, 0, 24);

    public RenderRequest {
        if (scene == null) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "render.scene is missing: give the id of a scene");
        }
        camera = orElse(camera, new CameraChoice.First());
        environment = orElse(environment, Optional.empty());
        frames = orElse(frames, FIRST_FRAME);
        animation = orElse(animation, Optional.empty());
        width = orElse(width, 1280);
        height = orElse(height, 720);
        samples = orElse(samples, 64);
        maxBounces = orElse(maxBounces, 8);
        bounces = orElse(bounces, Optional.empty());
        indirectClamp = orElse(indirectClamp, Optional.empty());
        seed = orElse(seed, 0L);
        toneMap = orElse(toneMap, ToneMap.DEFAULT);
        optics = orElse(optics, Optics.DEFAULT);
        layers = orElse(layers, List.of());
        denoiser = orElse(denoiser, Optional.empty());
        steps = orElse(steps, List.of());
        variant = orElse(variant, Optional.empty());
        tile = orElse(tile, Optional.empty());
        samplesPerTask = orElse(samplesPerTask, Optional.empty());
        hardware = orElse(hardware, Hardware.ANY);
    }

    Shot shot(SceneFiles files) {
        return new Shot(files, variant, camera, optics, environment, animation, frames);
    }

    LightPaths paths() {
        Bounces most = bounces.map(limits -> limits.below(maxBounces)).orElseGet(() -> Bounces.ofAnyKind(maxBounces));
        return new LightPaths(samples, seed, most, indirectClamp);
    }

    /** But for the models that it goes through. */
    Picture picture() {
        return new Picture(width, height, toneMap, layers, denoiser.filter(d -> !(d instanceof Denoiser.Model)));
    }

    /** The models that its frames go through: first a denoiser that is one. */
    List<StepRequest> models() {
        List<StepRequest> all = new ArrayList<>();
        if (denoiser.orElse(null) instanceof Denoiser.Model(String name)) {
            all.add(StepRequest.of(name));
        }
        all.addAll(steps);
        return all;
    }

    private static <T> T orElse(T value, T absent) {
        return value == null ? absent : value;
    }
}
