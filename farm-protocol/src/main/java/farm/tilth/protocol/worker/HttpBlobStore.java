package farm.tilth.protocol.worker;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * The farm's blobs over HTTP, with a cache on disk. A broken transfer goes on where it stopped. Tries for
 * {@link #PATIENCE} when the farm does not answer, then gives up with UNAVAILABLE.
 */
final class HttpBlobStore implements BlobStore {
    /** How long a transfer is tried: longer than the coordinator takes to restart. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final WorkerConfig config;
    private final String workerId;
    private final BlobCache cache;

    HttpBlobStore(WorkerConfig config, String workerId, BlobCache cache) {
        this.config = config;
        this.workerId = workerId;
        this.cache = cache;
    }

    @Override
    public Path file(Digest digest) throws InterruptedException {
        Path cached = cache.path(digest);
        if (cache.touch(digest)) {
            return cached;
        }
        Path partial = cache.partial(digest);
        retry("fetch blob " + digest, () -> fetch(digest, partial));
        try {
            Digest got = Digest.ofFile(partial);
            if (!got.equals(digest)) {
                Files.delete(partial);
                throw new FarmException(ErrorCode.UNAVAILABLE, "the farm sent other content for blob " + digest);
            }
            cache.add(digest, partial);
            return cached;
        } catch (IOException e) {
            throw diskFailure(e);
        }
    }

    @Override
    public byte[] bytes(Digest digest, long maxBytes) throws InterruptedException {
        Path file = file(digest);
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE,
                        "blob " + digest + " has " + size + " bytes; the most here is " + maxBytes);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw diskFailure(e);
        }
    }

    @Override
    public Digest put(byte[] content) throws InterruptedException {
        Digest digest = Digest.of(content);
        retry("store blob " + digest, () -> send(digest, BodyPublishers.ofByteArray(content)));
        return digest;
    }

    @Override
    public Digest put(Path file) throws InterruptedException {
        try {
            Digest digest = Digest.ofFile(file);
            retry("store blob " + digest, () -> send(digest, BodyPublishers.ofFile(file)));
            return digest;
        } catch (IOException e) {
            throw diskFailure(e);
        }
    }

    /** One attempt: done, or a status to try again after. */
    private interface Attempt {
        int run() throws IOException, InterruptedException;
    }

    private int fetch(Digest digest, Path partial) throws IOException, InterruptedException {
        long have = Files.exists(partial) ? Files.size(partial) : 0;
        HttpRequest.Builder request = request(digest).GET();
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
        try (var body = response.body()) {
            if (response.statusCode() == 416) {
                Files.delete(partial);
                return 503;
            }
            if (response.statusCode() / 100 == 2) {
                StandardOpenOption how =
                        response.statusCode() == 206 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
                try (var out =
                        Files.newOutputStream(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
                    body.transferTo(out);
                }
            }
            return response.statusCode();
        }
    }

    private int send(Digest digest, BodyPublisher body) throws IOException, InterruptedException {
        HttpRequest request = request(digest)
                .header("Content-Type", "application/octet-stream")
                .PUT(body)
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private HttpRequest.Builder request(Digest digest) {
        return HttpRequest.newBuilder(URI.create(config.farm() + "/api/v1/worker/blobs/" + digest))
                .timeout(REQUEST_TIMEOUT)
                .header("Authorization", "Bearer " + config.key())
                .header("Tilth-Worker", workerId);
    }

    private static void retry(String what, Attempt attempt) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            String failure;
            try {
                int status = attempt.run();
                if (status / 100 == 2) {
                    return;
                }
                refuse(what, status);
                failure = "status " + status;
            } catch (IOException e) {
                failure = e.toString();
            }
            if (System.nanoTime() + pause.toNanos() > deadline) {
                throw new FarmException(ErrorCode.UNAVAILABLE, "could not " + what + ": " + failure);
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static void refuse(String what, int status) {
        ErrorCode code =
                switch (status) {
                    case 400, 422 -> ErrorCode.INVALID_REQUEST;
                    case 401 -> ErrorCode.UNAUTHENTICATED;
                    case 403 -> ErrorCode.FORBIDDEN;
                    case 404 -> ErrorCode.NOT_FOUND;
                    case 413 -> ErrorCode.TOO_LARGE;
                    default -> null;
                };
        if (code != null) {
            throw new FarmException(code, "the farm refused to " + what + " (status " + status + ")");
        }
    }

    private FarmException diskFailure(IOException e) {
        return new FarmException(
                ErrorCode.OUT_OF_RESOURCES,
                "the worker's cache in " + config.data() + " failed: " + e.getMessage() + "; free some space there",
                new UncheckedIOException(e));
    }
}
