package farm.tilth.api.inference;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * A request's body, collected on the network's thread as it comes, so that no other thread waits for it. What it takes
 * is counted against the budget of all bodies.
 */
public final class IncomingBody {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int maxBytes;
    private final BodyBudget.Share share;
    private final UniEmitter<? super byte[]> emitter;
    private Buffer content = Buffer.buffer(0);
    /** Also set from elsewhere, when nobody waits for the body any more. */
    private volatile boolean over;

    private IncomingBody(int maxBytes, BodyBudget.Share share, UniEmitter<? super byte[]> emitter) {
        this.maxBytes = maxBytes;
        this.share = share;
        this.emitter = emitter;
    }

    /**
     * Reads a body that nobody has begun to read; to be subscribed on the request's own thread.
     *
     * @return the bytes, or a failure: TOO_LARGE over {@code maxBytes}, TOO_MANY_REQUESTS when the budget is used up,
     *     INVALID_REQUEST when the body ends early
     */
    public static Uni<byte[]> read(HttpServerRequest request, int maxBytes, BodyBudget.Share share) {
        return Uni.createFrom()
                .<byte[]>emitter(emitter -> new IncomingBody(maxBytes, share, emitter).listen(request))
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure(TimeoutException.class)
                .transform(late -> endedEarly("nothing came for a long time", late));
    }

    private void listen(HttpServerRequest request) {
        emitter.onTermination(() -> over = true);
        request.exceptionHandler(lost -> fail(endedEarly(lost.getMessage(), lost)));
        request.endHandler(end -> finish());
        request.handler(this::add);
        request.resume();
    }

    /** What comes after a refusal is read and forgotten, so that the client gets to know the reason. */
    private void add(Buffer part) {
        if (over) {
            return;
        }
        if (content.length() + part.length() > maxBytes) {
            fail(new FarmException(
                    ErrorCode.TOO_LARGE, "the body has more than " + maxBytes + " bytes; split the request"));
            return;
        }
        try {
            share.take(part.length());
            content = content.length() == 0 ? part : content.appendBuffer(part);
        } catch (FarmException noRoom) {
            fail(noRoom);
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            emitter.complete(content.getBytes());
        }
    }

    private void fail(FarmException why) {
        if (!over) {
            over = true;
            content = Buffer.buffer(0);
            emitter.fail(why);
        }
    }

    private static FarmException endedEarly(String why, Throwable cause) {
        return new FarmException(ErrorCode.INVALID_REQUEST, "the body ended early: " + why, cause);
    }
}
