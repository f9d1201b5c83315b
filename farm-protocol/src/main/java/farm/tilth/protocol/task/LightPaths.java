package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkRange;
import static farm.tilth.protocol.task.Checks.present;

import java.util.Optional;

/**
 * How light is followed through a scene.
 *
 * @param samples paths per pixel
 * @param seed chooses the noise
 * @param indirectClamp the most that one path may bring from light that was scattered before it lit the surface which
 *     the camera sees: the mean of red, green and blue, in the scene's units of radiance. It takes bright specks away
 *     and makes the picture darker than it is, so without being asked for there is none
 */
public record LightPaths(int samples, long seed, Bounces bounces, Optional<Double> indirectClamp) {
    /** The most samples of a pixel. */
    public static final int MAX_SAMPLES = 1 << 20;
    /** The rays that a sample traces at most at every vertex: one to the next surface and one to a light. */
    public static final int RAYS_PER_BOUNCE = 2;

    private static final double LEAST_CLAMP = 1e-3;
    private static final double MOST_CLAMP = 1e6;

    public LightPaths {
        checkRange(samples, 1, MAX_SAMPLES, "the number of samples");
        present(bounces, "the bounces");
        indirectClamp = indirectClamp == null ? Optional.empty() : indirectClamp;
        indirectClamp.ifPresent(clamp -> check(
                clamp >= LEAST_CLAMP && clamp <= MOST_CLAMP,
                "the indirectClamp is " + clamp + "; it must be from " + LEAST_CLAMP + " to " + MOST_CLAMP));
    }

    /** Paths with up to so many bounces of any kind, and all the light that they find. */
    public LightPaths(int samples, long seed, int maxBounces) {
        this(samples, seed, Bounces.ofAnyKind(maxBounces), Optional.empty());
    }

    /** The most rays that one sample traces, whatever the scene. */
    public long maxRaysPerSample() {
        return 1L + (long) RAYS_PER_BOUNCE * (bounces.total() + 1L);
    }

    /** The number of the first sample of the second half. */
    public int secondHalf() {
        return Math.ceilDiv(samples, 2);
    }
}
