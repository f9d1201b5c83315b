package farm.tilth.api.inference;

import farm.tilth.api.lease.WorkerSession;
import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * What becomes of a worker's reply: well-formed answers go to their callers at once; what was signed goes on to the
 * audit, and pays the worker after it; the rest is sent elsewhere.
 */
@ApplicationScoped
class AnsweredBatches {
    private static final Logger LOG = Logger.getLogger(AnsweredBatches.class);
    private static final int MAX_KEYS = 10_000;
    /** How long after an answer its signature is waited for. */
    private static final Duration SIGNED_WITHIN = Duration.ofSeconds(10);

    private final WorkerSessions sessions;
    private final CallCharges charges;
    private final CallAudits audits;
    private final WorkerKeys keys;
    private final Map<Digest, byte[]> knownKeys = new ConcurrentHashMap<>();

    AnsweredBatches(WorkerSessions sessions, CallCharges charges, CallAudits audits, WorkerKeys keys) {
        this.sessions = sessions;
        this.charges = charges;
        this.audits = audits;
        this.keys = keys;
    }

    /**
     * Takes a reply.
     *
     * @return the calls that another worker has to answer
     */
    List<OnlineCall> take(WorkerSession worker, List<OnlineCall> calls, InferenceReply reply) {
        Optional<String> malformed = AnswerCheck.reply(calls, reply);
        if (malformed.isPresent()) {
            LOG.warnf("worker %s sent a malformed reply: %s", worker.worker(), malformed.get());
            return calls;
        }
        List<AnsweredCall> done = new ArrayList<>();
        List<OnlineCall> refused = new ArrayList<>();
        List<OnlineCall> unanswered = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            OnlineCall call = calls.get(i);
            InferenceAnswer answer = reply.getAnswers(i);
            if (call.isAnswered()) {
                continue; // by another worker, which got a copy of the batch
            }
            if (answer.hasError()) {
                (refuse(call, answer) ? refused : unanswered).add(call);
                continue;
            }
            Optional<String> wrong = AnswerCheck.form(call, answer);
            if (wrong.isPresent()) {
                LOG.warnf("worker %s sent a malformed answer: %s", worker.worker(), wrong.get());
                unanswered.add(call);
            } else if (call.answer(answer)) {
                done.add(new AnsweredCall(call, answer, reply));
            }
        }
        settle(worker, done, reply, refused);
        return unanswered;
    }

    /** Whether the error is the call's own fault, and final. */
    private static boolean refuse(OnlineCall call, InferenceAnswer answer) {
        ErrorCode code = code(answer.getError().getCode());
        boolean callsFault = code == ErrorCode.INVALID_REQUEST
                || code == ErrorCode.INVALID_TENSOR
                || code == ErrorCode.TOO_LARGE
                || code == ErrorCode.DEADLINE_EXCEEDED;
        if (callsFault) {
            call.fail(code, answer.getError().getMessage());
        }
        return callsFault;
    }

    private static ErrorCode code(String name) {
        try {
            return ErrorCode.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            return ErrorCode.INTERNAL;
        }
    }

    private void settle(WorkerSession worker, List<AnsweredCall> done, InferenceReply reply, List<OnlineCall> refused) {
        release(refused);
        if (done.isEmpty()) {
            return;
        }
        signed(worker, done, reply).subscribe().with(signed -> audit(worker, signed), failure -> {
            LOG.warnf("%d calls of worker %s stay unpaid: %s", done.size(), worker.worker(), failure.getMessage());
            release(done.stream().map(AnsweredCall::call).toList());
        });
    }

    /** The answers once their worker's signature over them is there: in the reply, or soon after it with others. */
    private Uni<List<AnsweredCall>> signed(WorkerSession worker, List<AnsweredCall> done, InferenceReply reply) {
        if (reply.getSignature().isEmpty()) {
            return sessions.signature(worker, reply.getBatchId(), SIGNED_WITHIN)
                    .emitOn(Infrastructure.getDefaultWorkerPool())
                    .map(signature -> {
                        require(AnswerCheck.isAmong(reply, signature));
                        return done.stream().map(call -> call.with(signature)).toList();
                    });
        }
        return key(worker.worker())
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(key -> {
                    require(AnswerCheck.isSigned(reply, key));
                    return done;
                });
    }

    private static void require(boolean signed) {
        if (!signed) {
            throw new FarmException(ErrorCode.RESULT_REJECTED, "it did not sign what it answered");
        }
    }

    private void audit(WorkerSession worker, List<AnsweredCall> done) {
        List<CallCharges.Work> works = done.stream()
                .map(answered -> new CallCharges.Work(
                        answered.call().charge(),
                        worker.worker(),
                        answered.answer().getWorkUnits()))
                .toList();
        audits.add(worker, works, done);
    }

    private Uni<byte[]> key(Digest worker) {
        byte[] known = knownKeys.get(worker);
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        return keys.publicKey(worker).map(Optional::orElseThrow).invoke(key -> {
            if (knownKeys.size() < MAX_KEYS) {
                knownKeys.put(worker, key);
            }
        });
    }

    private void release(List<OnlineCall> calls) {
        if (!calls.isEmpty()) {
            charges.release(calls.stream().map(OnlineCall::charge).toList())
                    .subscribe()
                    .with(done -> {}, failure -> LOG.errorf(failure, "funds stay held until they expire"));
        }
    }
}
