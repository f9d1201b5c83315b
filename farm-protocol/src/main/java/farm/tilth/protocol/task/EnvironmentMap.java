package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkFinite;
import static farm.tilth.protocol.task.Checks.present;

import farm.tilth.protocol.Digest;

/**
 * Light from all around: an equirectangular Radiance RGBE picture. For a unit direction d:
 * u = 0.5 + atan2(d.z, d.x) / 2π, v = 0.5 − asin(d.y) / π from the top row.
 *
 * @param rotationDegrees turns the map about +Y
 * @param strength multiplies its radiance
 * @param visible whether the camera sees it directly; reflections always do
 */
public record EnvironmentMap(Digest file, double rotationDegrees, double strength, boolean visible) {
    public EnvironmentMap {
        present(file, "the environment's file");
        checkFinite(rotationDegrees, "the environment's rotation");
        checkFinite(strength, "the environment's strength");
        check(strength >= 0, "the environment's strength is negative");
    }
}
