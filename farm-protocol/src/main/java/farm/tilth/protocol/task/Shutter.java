package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;

/**
 * For how long a frame is exposed: what moves in that time is blurred. Without one a frame shows one moment.
 *
 * @param open when it opens, in frames from the frame's own moment, from −1 to 1
 * @param close when it closes, not before it opens
 */
public record Shutter(double open, double close) {
    public Shutter {
        check(open >= -1 && open <= 1, "the shutter's open is " + open + "; it must be from -1 to 1");
        check(
                close >= open && close <= 1,
                "the shutter's close is " + close + "; it must be from open (" + open + ") to 1");
    }
}
