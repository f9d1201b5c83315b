package farm.tilth.render.scene;

/**
 * A light of KHR_lights_punctual, in world space.
 *
 * @param position 3 numbers; unused by DIRECTIONAL
 * @param direction 3 numbers, unit length, the way the light travels; unused by POINT
 * @param color 3 numbers, linear, times the intensity: candela for POINT and SPOT, lux for DIRECTIONAL
 * @param range the distance at which it ends; infinity for none
 * @param innerCos cosine of the inner cone angle, SPOT
 * @param outerCos cosine of the outer cone angle, SPOT
 */
public record Light(
        Kind kind, float[] position, float[] direction, float[] color, float range, float innerCos, float outerCos) {

    /** The shapes of a punctual light. */
    public enum Kind {
        /** From a point to all sides. */
        POINT,
        /** From a point into a cone. */
        SPOT,
        /** From infinitely far, parallel. */
        DIRECTIONAL
    }
}
