package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;

/** The samples {@code first} to {@code end - 1} of every pixel. Numbers count from 0 over the whole job. */
public record SampleRange(int first, int end) {
    public SampleRange {
        check(first >= 0 && end > first, "the sample range " + first + " to " + end + " is empty or negative");
        check(end <= LightPaths.MAX_SAMPLES, "the sample range ends after " + LightPaths.MAX_SAMPLES);
    }

    public int count() {
        return end - first;
    }
}
