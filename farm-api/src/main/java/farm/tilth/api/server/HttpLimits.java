package farm.tilth.api.server;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The limits of requests as such. */
@ConfigMapping(prefix = "tilth.http")
public interface HttpLimits {
    /** The largest body where no content is uploaded. */
    @WithDefault("33554432")
    long maxBodyBytes();

    /** The largest body of a file that is uploaded in one request, with what stands around it. */
    @WithDefault("536870912")
    long maxFileBytes();
}
