package farm.tilth.render.scene;

/**
 * A pinhole or a parallel projection, in world space.
 *
 * @param position 3 numbers
 * @param right unit vector to the picture's right
 * @param up unit vector to its top
 * @param forward unit vector into it
 * @param tanHalfHeight tangent of half the vertical field of view; 0 for a parallel projection
 * @param halfHeight half the height of a parallel projection, in scene units; 0 for a pinhole
 */
public record Camera(
        float[] position, float[] right, float[] up, float[] forward, float tanHalfHeight, float halfHeight) {}
