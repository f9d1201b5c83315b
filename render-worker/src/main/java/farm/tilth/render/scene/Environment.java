package farm.tilth.render.scene;

/**
 * Light from all around, equirectangular; for a unit direction d: u = 0.5 + atan2(d.z, d.x) / 2π,
 * v = 0.5 − asin(d.y) / π from the top row; linear filtering, u wraps around.
 *
 * @param rgb linear radiance, 3 a pixel, rows from the top, strength applied
 * @param rotationRadians turns the map about +Y
 * @param visible whether the camera sees it directly; if not, its rays that hit nothing leave alpha at 0
 */
public record Environment(int width, int height, float[] rgb, float rotationRadians, boolean visible) {}
