package farm.tilth.api.upload;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The limits of content on its way in. */
@ConfigMapping(prefix = "tilth.upload")
public interface UploadLimits {
    /** The largest file of a customer. */
    @WithDefault("8589934592")
    long maxBytes();

    /** The size of chunk that clients are told to send. */
    @WithDefault("8388608")
    int chunkBytes();

    /** The largest chunk that is taken. */
    @WithDefault("67108864")
    long maxChunkBytes();

    /** All content that an account may own. */
    @WithDefault("214748364800")
    long accountBytes();

    /** Uploads that an account may have begun and not ended. */
    @WithDefault("8192")
    int openPerAccount();

    /** The largest result of a worker. */
    @WithDefault("4294967296")
    long maxResultBytes();

    /** Disk space that stays free for PostgreSQL. */
    @WithDefault("268435456")
    long reserveBytes();

    /** After this time without a byte an upload is forgotten. */
    @WithDefault("P1D")
    Duration patience();

    /** Uploads that one sweep forgets. */
    @WithDefault("1000")
    int sweepSize();
}
