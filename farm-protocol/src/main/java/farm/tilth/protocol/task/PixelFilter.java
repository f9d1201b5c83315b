package farm.tilth.protocol.task;

/** How the samples of a pixel are spread around its middle. Every sample counts for one pixel alone. */
public enum PixelFilter {
    /** Evenly over the pixel's square. */
    BOX,
    /** By a tent that reaches the middles of the neighbours. */
    TENT,
    /** By a Gaussian with a deviation of half a pixel, cut at a radius of 1.5 pixels. */
    GAUSSIAN
}
