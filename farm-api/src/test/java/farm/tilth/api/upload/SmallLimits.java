package farm.tilth.api.upload;

import java.time.Duration;

/** Limits for tests without a farm. */
record SmallLimits(long reserveBytes) implements UploadLimits {
    @Override
    public long maxBytes() {
        return 1000;
    }

    @Override
    public int chunkBytes() {
        return 100;
    }

    @Override
    public long maxChunkBytes() {
        return 200;
    }

    @Override
    public long accountBytes() {
        return 10_000;
    }

    @Override
    public int openPerAccount() {
        return 3;
    }

    @Override
    public long maxResultBytes() {
        return 1000;
    }

    @Override
    public Duration patience() {
        return Duration.ofDays(1);
    }

    @Override
    public int sweepSize() {
        return 10;
    }
}
