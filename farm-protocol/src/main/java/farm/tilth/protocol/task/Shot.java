package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.present;

import java.util.Optional;

/**
 * What is looked at, in which light, from where and when.
 *
 * @param variant the name of the material variant to show; absent: the scene's own materials
 * @param environment absent: the scene's own lights, or a built-in soft sky when it has none
 * @param animation the number of the glTF animation to play; absent: the first one when more than one frame is asked
 *     for, else none
 */
public record Shot(
        SceneFiles scene,
        Optional<String> variant,
        CameraChoice camera,
        Optics optics,
        Optional<EnvironmentMap> environment,
        Optional<Integer> animation,
        FrameRange frames) {
    public Shot {
        present(scene, "the scene");
        variant = variant == null ? Optional.empty() : variant;
        present(camera, "the camera");
        optics = optics == null ? Optics.DEFAULT : optics;
        environment = environment == null ? Optional.empty() : environment;
        animation = animation == null ? Optional.empty() : animation;
        check(animation.isEmpty() || animation.get() >= 0, "the animation's number is negative");
        present(frames, "the frames");
    }

    /** A scene as its file shows it, by a pinhole. */
    public Shot(SceneFiles scene, CameraChoice camera, FrameRange frames) {
        this(scene, Optional.empty(), camera, Optics.DEFAULT, Optional.empty(), Optional.empty(), frames);
    }
}
