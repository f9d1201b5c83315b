package farm.tilth.inference;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A farm that answers the benchmark's calls: one that runs already, or one that is started for it. */
final class BenchmarkFarm implements AutoCloseable {
    static final String MODEL = "all-minilm-l6-v2";

    private static final Duration START = Duration.ofMinutes(10);
    private static final long POLL_MILLIS = 100;

    private final URI address;
    private final String key;
    private final Optional<Process> own;
    private final Optional<Path> data;

    private BenchmarkFarm(URI address, String key, Optional<Process> own, Optional<Path> data) {
        this.address = address;
        this.key = key;
        this.own = own;
        this.data = data;
    }

    static BenchmarkFarm at(String url, String key) {
        return new BenchmarkFarm(URI.create(url), key, Optional.empty(), Optional.empty());
    }

    /** Starts a farm with an inference worker and a trusted one, in a folder that is deleted at the end. */
    static BenchmarkFarm start(Path script) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("tilth-bench");
        Process farm = new ProcessBuilder(
                        script.toString(),
                        "up",
                        "--data",
                        data.toString(),
                        "--port",
                        "0",
                        "--workers",
                        "inference=1,trusted=1")
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("up.log").toFile())
                .start();
        try {
            long end = System.nanoTime() + START.toNanos();
            while (!Files.exists(data.resolve("farm.json"))) {
                pause(farm, end, data);
            }
            JsonNode contact = Json.MAPPER.readTree(data.resolve("farm.json").toFile());
            BenchmarkFarm started = new BenchmarkFarm(
                    URI.create(contact.get("url").asText()),
                    contact.get("key").asText(),
                    Optional.of(farm),
                    Optional.of(data));
            while (!started.answers()) {
                pause(farm, end, data);
            }
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            stop(farm);
            delete(data);
            throw e;
        }
    }

    private boolean answers() throws IOException {
        try (HttpCaller first = texts(List.of("Is anybody there?"))) {
            return first.call() == 1;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void pause(Process farm, long end, Path data) throws InterruptedException {
        if (farm.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
            throw new IllegalStateException("no farm came up in " + data);
        }
    }

    /** A client of the embeddings endpoint. */
    HttpCaller texts(List<String> sentences) throws IOException {
        byte[] body = Json.write(Map.of("model", MODEL, "input", sentences)).getBytes(StandardCharsets.UTF_8);
        return new HttpCaller(
                address,
                "/v1/embeddings",
                Map.of("Authorization", "Bearer " + key, "Content-Type", "application/json"),
                body,
                sentences.size());
    }

    /** A client with binary tensors. */
    HttpCaller binary(BinaryCall call) throws IOException {
        return binary(address, key, call);
    }

    /** A client with binary tensors of this server or of another one. */
    static HttpCaller binary(URI server, String key, BinaryCall call) throws IOException {
        return new HttpCaller(
                server,
                "/v2/models/" + MODEL + "/infer",
                Map.of(
                        "Authorization",
                        "Bearer " + key,
                        "Content-Type",
                        "application/octet-stream",
                        "Inference-Header-Content-Length",
                        String.valueOf(call.header().length)),
                call.body(),
                call.rows());
    }

    /** A client with tensors as JSON of this server or of another one. */
    static HttpCaller json(URI server, String key, BinaryCall call) throws IOException {
        return new HttpCaller(
                server,
                "/v2/models/" + MODEL + "/infer",
                Map.of("Authorization", "Bearer " + key, "Content-Type", "application/json"),
                call.json(),
                call.rows());
    }

    /** A client with tensors as JSON. */
    HttpCaller json(BinaryCall call) throws IOException {
        return json(address, key, call);
    }

    /** A client of the protocol's gRPC. */
    GrpcCaller grpc(BinaryCall call) {
        return new GrpcCaller(address, key, call.message(MODEL), call.rows());
    }

    /** The coordinator, where it is this benchmark's own. */
    Optional<ProcessHandle> coordinator() {
        return child("quarkus-run.jar");
    }

    /** The worker that answers. */
    Optional<ProcessHandle> worker() {
        return child("inference-worker").filter(worker -> !hasArgument(worker, "--trusted"));
    }

    private Optional<ProcessHandle> child(String argument) {
        return own.stream()
                .flatMap(farm -> farm.toHandle().descendants())
                .filter(child -> hasArgument(child, argument) && !hasArgument(child, "--trusted"))
                .findFirst();
    }

    private static boolean hasArgument(ProcessHandle process, String part) {
        return Stream.of(process.info().arguments().orElse(new String[0])).anyMatch(word -> word.contains(part));
    }

    private static void stop(Process farm) throws InterruptedException {
        farm.destroy();
        if (!farm.waitFor(30, TimeUnit.SECONDS)) {
            farm.destroyForcibly();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (own.isPresent()) {
            stop(own.get());
            delete(data.orElseThrow());
        }
    }
}
