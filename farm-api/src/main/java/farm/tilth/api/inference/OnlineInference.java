package farm.tilth.api.inference;

import farm.tilth.api.access.Caller;
import farm.tilth.api.access.KeyQuotas;
import farm.tilth.protocol.Digest;
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
    private final KeyQuotas quotas;
    private final Withdrawals withdrawals;
    private final ModelStatistics statistics;
    private final AnswerCache cache;
    private final InferenceConfig config;

    OnlineInference(
            CallDispatcher dispatcher,
            KeyQuotas quotas,
            Withdrawals withdrawals,
            ModelStatistics statistics,
            AnswerCache cache,
            InferenceConfig config) {
        this.dispatcher = dispatcher;
        this.quotas = quotas;
        this.withdrawals = withdrawals;
        this.statistics = statistics;
        this.cache = cache;
        this.config = config;
    }

    /**
     * Has a worker answer a call, and charges the caller for it. A call that does not fit the model is refused before
     * anything is held. Who cancels the answer withdraws the call.
     *
     * @param terms whose deadline cannot be later than the farm's own
     */
    public Uni<InferenceAnswer> infer(
            Caller caller, ModelDescription model, InferenceCall.Builder input, CallTerms terms) {
        return Uni.createFrom().deferred(() -> {
            withdrawals.check(model.name());
            check(model, input);
            Duration deadline = terms.deadline()
                    .filter(own -> own.compareTo(config.deadline()) < 0)
                    .orElse(config.deadline());
            Optional<Digest> key =
                    cache.isOn() ? Optional.of(AnswerCache.key(caller.account(), model, input)) : Optional.empty();
            Optional<InferenceAnswer> known = key.flatMap(cache::find);
            if (known.isPresent()) {
                return Uni.createFrom().item(known.get());
            }
            OnlineCall call =
                    new OnlineCall(caller, model, input, new CallTerms(Optional.of(deadline), terms.priority()));
            return quotas.knows(caller)
                    ? submit(caller, call, key)
                    : quotas.load(caller).chain(() -> submit(caller, call, key));
        });
    }

    private Uni<InferenceAnswer> submit(Caller caller, OnlineCall call, Optional<Digest> key) {
        KeyQuotas.Grant grant = quotas.take(caller, call.maxTokens());
        dispatcher.submit(call);
        return call.result().onTermination().invoke((answer, failure, canceled) -> {
            statistics.ended(call.model(), call.rows(), answer != null, call.age());
            grant.close(answer == null ? 0 : answer.getPromptTokens());
            if (answer != null) {
                key.ifPresent(name -> cache.keep(name, answer));
            }
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
