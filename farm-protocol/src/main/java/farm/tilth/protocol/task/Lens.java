package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkFinite;

/**
 * A thin lens: what does not lie in the plane of focus is blurred. Without one the camera is a pinhole.
 *
 * @param radius of the round aperture, in scene units
 * @param focusDistance from the camera to the plane that is sharp, along its view, in scene units
 */
public record Lens(double radius, double focusDistance) {
    public Lens {
        checkFinite(radius, "the lens's radius");
        checkFinite(focusDistance, "the lens's focusDistance");
        check(radius >= 0 && radius <= 1e6, "the lens's radius is " + radius + "; it must be from 0 to 1e6");
        check(
                focusDistance >= 1e-6 && focusDistance <= 1e9,
                "the lens's focusDistance is " + focusDistance + "; it must be from 1e-6 to 1e9");
    }
}
