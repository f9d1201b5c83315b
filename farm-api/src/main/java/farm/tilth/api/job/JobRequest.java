package farm.tilth.api.job;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Optional;

/** The body of POST /jobs: one kind of order. */
public record JobRequest(Optional<RenderRequest> render, Optional<EmbedRequest> embed) {
    public JobRequest {
        render = render == null ? Optional.empty() : render;
        embed = embed == null ? Optional.empty() : embed;
        if (render.isPresent() == embed.isPresent()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "a job has either 'render' or 'embed'; this has both or neither");
        }
    }
}
