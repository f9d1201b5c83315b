package farm.tilth.api.openinference;

import farm.tilth.api.server.ErrorForm;
import farm.tilth.protocol.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Errors as the Open Inference Protocol has them: {@code {"error": "…"}}. */
@ApplicationScoped
class OpenInferenceErrors implements ErrorForm {
    /** The whole body. */
    public record Body(String error) {}

    @Override
    public boolean speaks(String path) {
        return path.equals("/v2") || path.startsWith("/v2/");
    }

    @Override
    public Response answer(ErrorCode code, int status, String detail) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(new Body(detail))
                .build();
    }
}
