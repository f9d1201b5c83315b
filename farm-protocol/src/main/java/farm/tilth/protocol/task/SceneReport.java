package farm.tilth.protocol.task;

import java.util.List;

/**
 * What a trusted worker found in a scene.
 *
 * @param engine the kernel that will render it
 * @param cameras the names that {@link CameraChoice.Named} takes, in the scene's order
 * @param animations name and length of each
 * @param variants the names of its material variants
 * @param deviceBytes the memory that the scene needs on a device, textures included
 * @param raysPerSample measured with a small picture from the first camera: what a sample costs about
 * @param notices what was left out knowingly, for people
 * @param boundsMin the smallest corner of the scene's box, in scene units; 3 numbers
 * @param boundsMax the largest corner
 */
public record SceneReport(
        String engine,
        List<String> cameras,
        List<AnimationReport> animations,
        List<String> variants,
        long triangles,
        int materials,
        int textures,
        int lights,
        long deviceBytes,
        double raysPerSample,
        List<String> notices,
        List<Double> boundsMin,
        List<Double> boundsMax) {
    public SceneReport {
        cameras = List.copyOf(cameras);
        animations = List.copyOf(animations);
        variants = variants == null ? List.of() : List.copyOf(variants);
        notices = List.copyOf(notices);
        boundsMin = List.copyOf(boundsMin);
        boundsMax = List.copyOf(boundsMax);
    }

    /** An animation of the scene; its name may be empty. */
    public record AnimationReport(String name, double seconds) {}
}
