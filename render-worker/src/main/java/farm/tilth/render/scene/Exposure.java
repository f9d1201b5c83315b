package farm.tilth.render.scene;

/**
 * The moments of an animation that a frame shows, in seconds: nodes move in a straight line from where they are when
 * the shutter opens to where they are when it closes; all else is as it is at the frame's own moment.
 */
public record Exposure(double seconds, double opens, double closes) {
    /** A frame without motion. */
    public static Exposure at(double seconds) {
        return new Exposure(seconds, seconds, seconds);
    }
}
