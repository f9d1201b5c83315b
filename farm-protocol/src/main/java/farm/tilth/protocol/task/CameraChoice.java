package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkFinite;
import static farm.tilth.protocol.task.Checks.present;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Objects;

/** Which camera looks at the scene. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CameraChoice.First.class, name = "first"),
    @JsonSubTypes.Type(value = CameraChoice.Named.class, name = "named"),
    @JsonSubTypes.Type(value = CameraChoice.Placed.class, name = "placed")
})
public sealed interface CameraChoice {

    /** The scene's first camera, in the order of its nodes; one that frames the whole scene when it has none. */
    record First() implements CameraChoice {}

    /** The camera whose node, or else whose camera object, has this name. */
    record Named(String name) implements CameraChoice {
        public Named {
            present(name, "the camera's name");
        }
    }

    /**
     * A pinhole in glTF's world axes (right-handed, +Y up), in scene units.
     *
     * @param vfovDegrees from the bottom edge to the top edge, between 0 and 180
     */
    record Placed(List<Double> position, List<Double> target, List<Double> up, double vfovDegrees)
            implements CameraChoice {
        public Placed {
            position = vector(position, "the camera's position");
            target = vector(target, "the camera's target");
            up = vector(up, "the camera's up vector");
            check(!position.equals(target), "the camera's target is its position");
            check(vfovDegrees > 0 && vfovDegrees < 180, "the camera's vfovDegrees must be between 0 and 180");
        }

        private static List<Double> vector(List<Double> v, String name) {
            present(v, name);
            check(v.size() == 3 && v.stream().allMatch(Objects::nonNull), name + " needs 3 numbers");
            v.forEach(c -> checkFinite(c, name));
            return List.copyOf(v);
        }
    }
}
