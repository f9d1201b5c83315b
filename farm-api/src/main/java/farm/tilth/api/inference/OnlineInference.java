package farm.tilth.api.inference;

import farm.tilth.api.access.Caller;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** The one way in for calls, whatever protocol they came by. */
@ApplicationScoped
public class OnlineInference {
    private final CallDispatcher dispatcher;
    private final InferenceConfig config;

    OnlineInference(CallDispatcher dispatcher, InferenceConfig config) {
        this.dispatcher = dispatcher;
        this.config = config;
    }

    /**
     * Has a worker answer a call, and charges the caller for it. A call that does not fit the model is refused before
     * anything is held. Who cancels the answer withdraws the call.
     *
     * @param deadline from now; absent for the farm's own
     */
    Uni<InferenceAnswer> infer(
            Caller caller, ModelDescription model, InferenceCall.Builder input, Optional<Duration> deadline) {
        return Uni.createFrom().deferred(() -> {
            check(model, input);
            OnlineCall call = new OnlineCall(
                    caller.account(),
                    model,
                    input,
                    deadline.filter(own -> own.compareTo(config.deadline()) < 0).orElse(config.deadline()));
            dispatcher.submit(call);
            return call.result();
        });
    }

    private static void check(ModelDescription model, InferenceCall.Builder input) {
        if (input.hasTensors()) {
            CallCheck.check(model, input.getTensors().getTensorsList());
        } else if (model.embeddingDimensions() == 0) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "model '" + model.name() + "' does not embed texts; send it tensors at /v2/models/" + model.name()
                            + "/infer");
        }
    }
}
