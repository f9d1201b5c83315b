package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.present;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;

/**
 * Everything that decides the bits of a render job, and nothing else. It is stored as a blob; its digest names the
 * job's content, and every task refers to it.
 *
 * @param engine the exact kernel: a worker with another kernel is another engine
 */
public record RenderPlan(String engine, Shot shot, LightPaths paths, Picture picture) {
    public RenderPlan {
        present(engine, "the engine");
        present(shot, "the shot");
        present(paths, "the paths");
        present(picture, "the picture");
    }

    /** The content's name. */
    public Digest digest() {
        return Digest.ofText(Json.write(this));
    }

    /** How many samples all frames have together. */
    public long sampleCount() {
        return Math.multiplyExact(
                picture.pixels(), (long) paths.samples() * shot.frames().count());
    }

    /** The most work units (rays) that the job can cost, whatever the scene. */
    public long maxWorkUnits() {
        return Math.multiplyExact(sampleCount(), paths.maxRaysPerSample());
    }
}
