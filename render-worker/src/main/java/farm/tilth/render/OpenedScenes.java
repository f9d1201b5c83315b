package farm.tilth.render;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.EnvironmentMap;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.worker.BlobStore;
import farm.tilth.render.loader.RadianceHdr;
import farm.tilth.render.loader.SceneFile;
import farm.tilth.render.loader.SceneSource;
import farm.tilth.render.pathtracer.PathTracer;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Exposure;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.SceneLimits;
import farm.tilth.render.scene.StudioSky;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the tasks of a job share: the plan, the scene that was read and the pose that is open on the device. It keeps
 * the last one of each, no more.
 */
final class OpenedScenes implements AutoCloseable {
    private static final long MAX_PLAN_BYTES = 8 << 20;

    private final RenderDevice device;
    private Optional<Kept<Digest, RenderPlan>> plan = Optional.empty();
    private Optional<Kept<SceneKey, SceneFile>> scene = Optional.empty();
    private Optional<Kept<EnvironmentMap, Environment>> environment = Optional.empty();
    private Optional<Kept<PoseKey, PathTracer>> opened = Optional.empty();

    OpenedScenes(RenderDevice device) {
        this.device = device;
    }

    private record Kept<K, V>(K key, V value) {
        static <K, V> Optional<V> find(Optional<Kept<K, V>> kept, K key) {
            return kept.filter(k -> k.key.equals(key)).map(Kept::value);
        }
    }

    /** Everything that decides what is read of a scene. */
    private record SceneKey(SceneFiles files, Optional<String> variant) {}

    /** Everything that decides a posed scene. */
    private record PoseKey(
            SceneKey scene,
            CameraChoice camera,
            double aspect,
            Optional<EnvironmentMap> environment,
            Optional<Integer> animation,
            Exposure exposure) {}

    RenderPlan plan(Digest digest, BlobStore blobs) throws InterruptedException {
        Optional<RenderPlan> kept = Kept.find(plan, digest);
        if (kept.isPresent()) {
            return kept.get();
        }
        String json = new String(blobs.bytes(digest, MAX_PLAN_BYTES), StandardCharsets.UTF_8);
        RenderPlan read = Json.read(json, RenderPlan.class);
        plan = Optional.of(new Kept<>(digest, read));
        return read;
    }

    SceneFile scene(SceneFiles files, BlobStore blobs) throws InterruptedException {
        return scene(new SceneKey(files, Optional.empty()), blobs);
    }

    private SceneFile scene(SceneKey key, BlobStore blobs) throws InterruptedException {
        Optional<SceneFile> kept = Kept.find(scene, key);
        if (kept.isPresent()) {
            return kept.get();
        }
        scene = Optional.empty(); // makes room before the next one is read
        SceneFile read = SceneFile.load(SceneSource.of(key.files(), blobs), SceneLimits.DEFAULT, key.variant());
        scene = Optional.of(new Kept<>(key, read));
        return read;
    }

    /** A frame of the plan, ready on the device. It belongs to this cache: do not close it. */
    PathTracer frame(RenderPlan plan, int frame, BlobStore blobs) throws InterruptedException {
        SceneKey scene = new SceneKey(plan.shot().scene(), plan.shot().variant());
        SceneFile file = scene(scene, blobs);
        Optional<Integer> animation = animation(plan, file);
        PoseKey key = new PoseKey(
                scene,
                plan.shot().camera(),
                (double) plan.picture().width() / plan.picture().height(),
                plan.shot().environment(),
                animation,
                animation.isPresent() ? exposure(plan, frame) : Exposure.at(0));
        Optional<PathTracer> kept = Kept.find(opened, key);
        if (kept.isPresent()) {
            return kept.get();
        }
        closeOpened();
        Scene posed = file.pose(key.camera, key.aspect, key.animation, key.exposure);
        PathTracer tracer =
                device.open(StudioSky.light(posed, environment(plan.shot().environment(), blobs)));
        opened = Optional.of(new Kept<>(key, tracer));
        return tracer;
    }

    private static Exposure exposure(RenderPlan plan, int frame) {
        double seconds = plan.shot().frames().secondsAt(frame);
        double frameSeconds = 1 / plan.shot().frames().framesPerSecond();
        return plan.shot()
                .optics()
                .shutter()
                .map(shutter -> new Exposure(
                        seconds, seconds + shutter.open() * frameSeconds, seconds + shutter.close() * frameSeconds))
                .orElse(Exposure.at(seconds));
    }

    /** The plan's own animation; the first one for a film of several frames. */
    private static Optional<Integer> animation(RenderPlan plan, SceneFile file) {
        boolean moves = plan.shot().frames().count() > 1 && !file.animations().isEmpty();
        return plan.shot().animation().or(() -> moves ? Optional.of(0) : Optional.empty());
    }

    private Optional<Environment> environment(Optional<EnvironmentMap> map, BlobStore blobs)
            throws InterruptedException {
        if (map.isEmpty()) {
            return Optional.empty();
        }
        Optional<Environment> kept = Kept.find(environment, map.get());
        if (kept.isEmpty()) {
            EnvironmentMap asked = map.get();
            Environment read = RadianceHdr.read(
                    blobs.file(asked.file()),
                    "environment",
                    asked.rotationDegrees(),
                    asked.strength(),
                    asked.visible());
            environment = Optional.of(new Kept<>(asked, read));
            return Optional.of(read);
        }
        return kept;
    }

    private void closeOpened() {
        Optional<Kept<PoseKey, PathTracer>> last = opened;
        opened = Optional.empty();
        last.ifPresent(kept -> kept.value().close());
    }

    @Override
    public void close() {
        closeOpened();
        scene = Optional.empty();
        environment = Optional.empty();
        plan = Optional.empty();
    }
}
