package farm.tilth.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Requests to one farm under one key. A request that may be repeated is, within the policy's bounds, while the farm
 * is away or busy. Failures are {@link FarmException}s with the farm's own words. Thread-safe.
 */
public final class FarmClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(30);

    private final FarmAddress address;
    private final RetryPolicy policy;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private volatile boolean reached;

    public FarmClient(FarmAddress address, RetryPolicy policy) {
        this.address = address;
        this.policy = policy;
    }

    public JsonNode get(String path) throws InterruptedException {
        return json(request(path).GET(), true);
    }

    /** Gets what is not JSON. */
    public String text(String path) throws InterruptedException {
        HttpResponse<String> response = exchange(request(path).GET().build(), true, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw Problem.of(response.statusCode(), response.body());
        }
        return response.body();
    }

    /** Posts a document that the farm may safely see twice. */
    public JsonNode post(String path, Object body) throws InterruptedException {
        return json(request(path).header("Content-Type", "application/json").POST(document(body)), true);
    }

    /** Replaces a document; it may be repeated. */
    public JsonNode put(String path, Object body) throws InterruptedException {
        return json(request(path).header("Content-Type", "application/json").PUT(document(body)), true);
    }

    /** Posts a document that must take effect once: repeats carry the same idempotency key. */
    public JsonNode postOnce(String path, Object body) throws InterruptedException {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString());
        return json(request.POST(document(body)), true);
    }

    /** Posts a document that must take effect once, where the farm takes no idempotency key: it is not repeated. */
    public JsonNode postUnrepeated(String path, Object body) throws InterruptedException {
        return json(request(path).header("Content-Type", "application/json").POST(document(body)), false);
    }

    /** Fetches a file; {@code target} appears when it is complete. */
    public void download(String path, Path target) throws InterruptedException {
        Path absolute = target.toAbsolutePath();
        Path part = absolute.resolveSibling("." + absolute.getFileName() + ".part");
        try {
            Files.createDirectories(absolute.getParent());
            HttpRequest request = request(path).timeout(DOWNLOAD_TIMEOUT).GET().build();
            HttpResponse<Path> response = exchange(
                    request,
                    true,
                    info -> info.statusCode() / 100 == 2
                            ? HttpResponse.BodySubscribers.ofFile(part)
                            : HttpResponse.BodySubscribers.mapping(
                                    HttpResponse.BodySubscribers.ofByteArray(), bytes -> writeBody(part, bytes)));
            if (response.statusCode() / 100 != 2) {
                throw Problem.of(response.statusCode(), Files.readString(part));
            }
            Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new FarmException(ErrorCode.OUT_OF_RESOURCES, absolute + " cannot be written: " + e, e);
        } finally {
            deleteQuietly(part);
        }
    }

    private static Path writeBody(Path file, byte[] body) {
        try {
            return Files.write(file, body);
        } catch (IOException e) {
            throw new FarmException(ErrorCode.OUT_OF_RESOURCES, file + " cannot be written: " + e, e);
        }
    }

    private static void deleteQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            part.toFile().deleteOnExit();
        }
    }

    /** Sends one request once; the caller decides what a failure means. */
    HttpResponse<String> sendOnce(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        reached = true;
        return response;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", "Bearer " + address.key())
                .timeout(REQUEST_TIMEOUT);
    }

    RetryPolicy policy() {
        return policy;
    }

    private JsonNode json(HttpRequest.Builder request, boolean repeatable) throws InterruptedException {
        HttpResponse<String> response = exchange(request.build(), repeatable, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw Problem.of(response.statusCode(), response.body());
        }
        return parse(response);
    }

    static JsonNode parse(HttpResponse<String> response) {
        try {
            return Json.MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new FarmException(
                    ErrorCode.INTERNAL, response.uri() + " answered with something that is not JSON; is it a farm?", e);
        }
    }

    private static BodyPublisher document(Object body) {
        return BodyPublishers.ofString(Json.write(body));
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, boolean repeatable, HttpResponse.BodyHandler<T> handler)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            RetryPolicy bounds = reached ? policy : policy.impatient();
            boolean last = !repeatable || attempt >= bounds.attempts();
            Optional<Long> retryAfter = Optional.empty();
            try {
                HttpResponse<T> response = http.send(request, handler);
                reached = true;
                if (last || !isTransient(response.statusCode())) {
                    return response;
                }
                retryAfter = response.headers()
                        .firstValue("Retry-After")
                        .filter(value -> value.matches("[0-9]{1,6}"))
                        .map(Long::valueOf);
            } catch (IOException e) {
                if (last) {
                    throw unreachable(e);
                }
            }
            pause(bounds.pause(attempt, retryAfter));
        }
    }

    FarmException unreachable(IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new FarmException(
                ErrorCode.UNAVAILABLE,
                "no farm answers at " + address + " (" + why + "); is it running, and is the address right?",
                e);
    }

    static void pause(Duration duration) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(duration.toMillis());
    }

    static boolean isTransient(int status) {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
