package farm.tilth.api.inference;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the bodies of all requests in work may take together: what comes when it is used up is refused with
 * 429, instead of letting the process run out. Thread-safe.
 */
@ApplicationScoped
public class BodyBudget {
    private static final int CHUNK_BYTES = 1 << 16;

    private final long most;
    private final AtomicLong used = new AtomicLong();

    BodyBudget(InferenceConfig config) {
        this.most = config.maxBodiesBytes();
    }

    /** What a request that is about to be read may take; closed when the request is over. */
    public Share open() {
        return new Share();
    }

    long used() {
        return used.get();
    }

    /** One request's part. */
    public final class Share implements AutoCloseable {
        private final AtomicLong taken = new AtomicLong();
        private volatile boolean closed;

        /**
         * Takes so much more.
         *
         * @throws FarmException with TOO_MANY_REQUESTS when it is not there
         */
        public void take(long bytes) {
            if (used.addAndGet(bytes) > most) {
                used.addAndGet(-bytes);
                throw new FarmException(
                        ErrorCode.TOO_MANY_REQUESTS,
                        "the requests in work take all the memory that they may (tilth.inference.max-bodies-bytes);"
                                + " try again later");
            }
            taken.addAndGet(bytes);
            if (closed) {
                giveBack(); // its request ended meanwhile
            }
        }

        /** Reads at most {@code most} bytes, for which room is taken as they come. */
        byte[] read(InputStream in, int limit) throws IOException {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            while (content.size() < limit) {
                byte[] chunk = in.readNBytes(Math.min(CHUNK_BYTES, limit - content.size()));
                if (chunk.length == 0) {
                    break;
                }
                take(chunk.length);
                content.writeBytes(chunk);
            }
            return content.toByteArray();
        }

        @Override
        public void close() {
            closed = true;
            giveBack();
        }

        private void giveBack() {
            used.addAndGet(-taken.getAndSet(0));
        }
    }
}
