package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A version of a model that a customer uploaded.
 *
 * @param report what its inspection found; present when it is READY
 * @param refusal why it is not served; present when it is REFUSED
 */
record RegisteredModel(
        UUID account,
        ModelPackage files,
        State state,
        Optional<ModelReport> report,
        Optional<Refusal> refusal,
        Instant createdAt) {
    /** From its upload on. */
    enum State {
        /** A trusted worker tries it, or will. */
        INSPECTING,
        /** It is served. */
        READY,
        /** It is broken or not allowed, and never served. */
        REFUSED
    }

    /** Why a model is not served. */
    public record Refusal(ErrorCode code, String detail) {}

    String name() {
        return files.name();
    }

    Digest version() {
        return files.version();
    }

    /** By which it is served; present when it is READY. */
    Optional<ModelDescription> description() {
        return report.map(ModelReport::description);
    }
}
