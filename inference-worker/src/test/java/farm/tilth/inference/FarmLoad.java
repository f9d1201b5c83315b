package farm.tilth.inference;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Clients of a farm's embeddings endpoint, and the farm itself when it was started for them. */
final class FarmLoad implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String url;
    private final String key;
    private final List<AutoCloseable> owned;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private FarmLoad(String url, String key, List<AutoCloseable> owned) {
        this.url = url;
        this.key = key;
        this.owned = owned;
    }

    static FarmLoad of(String url, String key) {
        return new FarmLoad(url, key, List.of());
    }

    /** Starts a farm with an inference worker and a trusted one, in a folder that is deleted at the end. */
    static FarmLoad ofOwnFarm() throws IOException, InterruptedException, URISyntaxException {
        Path script = Path.of(FarmLoad.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("../../../tilth")
                .normalize();
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
        List<AutoCloseable> owned = List.of(() -> stop(farm), () -> delete(data));
        try {
            JsonNode address = await(farm, data);
            FarmLoad load =
                    new FarmLoad(address.get("url").asText(), address.get("key").asText(), owned);
            load.awaitModel(farm);
            return load;
        } catch (IOException | InterruptedException | RuntimeException e) {
            stop(farm);
            delete(data);
            throw e;
        }
    }

    private static JsonNode await(Process farm, Path data) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (!Files.exists(data.resolve("farm.json"))) {
            pause(farm, end, data);
        }
        return Json.MAPPER.readTree(data.resolve("farm.json").toFile());
    }

    private void awaitModel(Process farm) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (send(InferenceBenchmark.sentences(1)).statusCode() != 200) {
            pause(farm, end, Path.of(url));
        }
    }

    private static void pause(Process farm, long end, Path place) throws InterruptedException {
        if (farm.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
            throw new IllegalStateException("no farm came up at " + place);
        }
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

    /** One request of one client. */
    int run(List<String> sentences) throws IOException, InterruptedException {
        return checked(send(sentences), sentences);
    }

    /** One request of each of some clients at the same time. */
    int run(List<String> sentences, int clients) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            answers.add(client.sendAsync(request(sentences), HttpResponse.BodyHandlers.ofString()));
        }
        try {
            return answers.stream()
                    .mapToInt(answer -> checked(answer.join(), sentences))
                    .sum();
        } catch (CompletionException e) {
            throw new IllegalStateException("the farm at " + url + " does not answer", e);
        }
    }

    /** A request with binary tensors of each of some clients at the same time. */
    int run(BinaryCall call, int clients) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v2/models/all-minilm-l6-v2/infer"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/octet-stream")
                .header("Inference-Header-Content-Length", String.valueOf(call.headerBytes()))
                .timeout(TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(call.body()))
                .build();
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
        }
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            HttpResponse<byte[]> response = answer.join();
            if (response.statusCode() != 200) {
                throw new IllegalStateException("the farm answered " + response.statusCode() + ": "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
        }
        return call.rows() * clients;
    }

    private HttpResponse<String> send(List<String> sentences) throws IOException, InterruptedException {
        return client.send(request(sentences), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(List<String> sentences) {
        String body = Json.write(Map.of("model", "all-minilm-l6-v2", "input", sentences, "encoding_format", "base64"));
        return HttpRequest.newBuilder(URI.create(url + "/v1/embeddings"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .timeout(TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static int checked(HttpResponse<String> answer, List<String> sentences) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("the farm answered " + answer.statusCode() + ": " + answer.body());
        }
        return sentences.size();
    }

    @Override
    public void close() throws Exception {
        client.close();
        for (AutoCloseable resource : owned) {
            resource.close();
        }
    }
}
