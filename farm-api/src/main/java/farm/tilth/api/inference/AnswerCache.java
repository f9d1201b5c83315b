package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Answers by all that decides them: the account, the model's version and engine, and every byte of the input. Off unless
 * it is given memory; the answer that was quiet for longest goes first. What is answered from here costs nothing.
 * Thread-safe.
 */
@ApplicationScoped
class AnswerCache {
    /** What an entry takes besides its answer, about. */
    private static final int ENTRY_BYTES = 256;

    private final long most;
    private final Map<Digest, InferenceAnswer> answers = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    AnswerCache(InferenceConfig config) {
        this.most = config.cacheBytes();
    }

    boolean isOn() {
        return most > 0;
    }

    /** The name of a call's answer; the call's id is not part of it. */
    static Digest key(UUID account, ModelDescription model, InferenceCall.Builder input) {
        MessageDigest sha = Digest.sha256();
        sha.update(account.toString().getBytes(StandardCharsets.US_ASCII));
        sha.update(model.version().bytes());
        sha.update(Digest.ofText(model.engine()).bytes());
        sha.update(input.clone().clearCallId().build().toByteArray());
        return Digest.fromBytes(sha.digest());
    }

    synchronized Optional<InferenceAnswer> find(Digest key) {
        return Optional.ofNullable(answers.get(key));
    }

    synchronized void keep(Digest key, InferenceAnswer answer) {
        if (size(answer) > most || answers.containsKey(key)) {
            return;
        }
        answers.put(key, answer);
        bytes += size(answer);
        for (Iterator<InferenceAnswer> oldest = answers.values().iterator(); bytes > most; ) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
    }

    private static long size(InferenceAnswer answer) {
        return answer.getSerializedSize() + ENTRY_BYTES;
    }
}
