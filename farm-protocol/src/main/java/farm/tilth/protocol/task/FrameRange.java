package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkRange;

/**
 * The frames {@code first} to {@code last}, both included. Frame n shows the scene at n / {@code framesPerSecond}
 * seconds of its animation.
 */
public record FrameRange(int first, int last, double framesPerSecond) {
    /** The most frames of one job. */
    public static final int MAX_FRAMES = 100_000;

    public FrameRange {
        checkRange(first, 0, Integer.MAX_VALUE - 1, "the first frame");
        check(last >= first, "the last frame comes before the first");
        checkRange((long) last - first + 1, 1, MAX_FRAMES, "the number of frames");
        check(framesPerSecond > 0 && framesPerSecond <= 1000, "frames per second must be over 0 and at most 1000");
    }

    public int count() {
        return last - first + 1;
    }

    /** The time that a frame shows, in seconds. */
    public double secondsAt(int frame) {
        return frame / framesPerSecond;
    }
}
