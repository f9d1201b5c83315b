package farm.tilth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A farm in this process that speaks the REST interface: uploads are kept, scenes are ready at the second look, jobs
 * end after a few. Failures are put in its way by {@link #failNext}.
 */
public final class FakeFarm implements AutoCloseable {
    public static final String KEY = "key-of-a-test";
    public static final String JOB = "7b1c5d9e-0000-4000-8000-000000000001";

    private static final int CHUNK = 1000;

    private final HttpServer server;
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, byte[]> uploads = new ConcurrentSkipListMap<>();
    private final Map<String, Long> announced = new ConcurrentSkipListMap<>();
    private final Map<String, String> documents = new ConcurrentSkipListMap<>();
    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<JsonNode> posted = new CopyOnWriteArrayList<>();
    private volatile String finalState = "COMPLETED";
    private volatile int jobPolls;

    /** Something that goes wrong with one request whose line contains {@code part}. */
    public record Fault(String part, int status, String body, boolean afterEffect) {}

    public FakeFarm() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", this::serve);
        server.start();
    }

    public FarmAddress address() {
        return FarmAddress.of(url(), KEY);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next request whose "METHOD path" contains {@code part} gets this answer; status 0 cuts the connection. */
    public void failNext(String part, int status, String body) {
        faults.add(new Fault(part, status, body, false));
    }

    /** The next such request takes effect, but its answer is lost. */
    public void loseAnswer(String part) {
        faults.add(new Fault(part, 0, "", true));
    }

    /** Answers {@code GET path} with a document; and a post where the path is "POST …". */
    public void document(String path, String json) {
        documents.put(path, json);
    }

    /** A file that the job brings. */
    public void output(String name, byte[] content) {
        files.put(name, content);
    }

    public void endJobsAs(String state) {
        finalState = state;
    }

    /** Begins an upload as an earlier run left it. */
    public void partialUpload(Digest digest, byte[] head, long bytes) {
        uploads.put(digest.hex(), head);
        announced.put(digest.hex(), bytes);
    }

    /** Every request so far, as "METHOD path". */
    public List<String> log() {
        return log;
    }

    public long count(String part) {
        return log.stream().filter(line -> line.contains(part)).count();
    }

    /** Every JSON document that was posted or put. */
    public List<JsonNode> posted() {
        return posted;
    }

    public byte[] uploaded(Digest digest) {
        return uploads.get(digest.hex());
    }

    private void serve(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        log.add(line);
        byte[] body = exchange.getRequestBody().readAllBytes();
        Fault fault = faults.peek();
        boolean struck = fault != null && line.contains(fault.part());
        if (struck) {
            faults.poll();
            if (!fault.afterEffect()) {
                answer(
                        exchange,
                        fault.status(),
                        "application/problem+json",
                        fault.body().getBytes(StandardCharsets.UTF_8));
                return;
            }
        }
        if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            problem(exchange, 401, "UNAUTHENTICATED", "No key", "the farm does not know this key");
            return;
        }
        if (struck) {
            effect(exchange, body);
            answer(exchange, 0, "", new byte[0]);
            return;
        }
        Reply reply = effect(exchange, body);
        answer(exchange, reply.status(), reply.type(), reply.body());
    }

    private record Reply(int status, String type, byte[] body) {
        static Reply json(int status, Object document) {
            return new Reply(status, "application/json", Json.write(document).getBytes(StandardCharsets.UTF_8));
        }

        static Reply problem(int status, String code, String title, String detail) {
            ObjectNode body = Json.MAPPER.createObjectNode();
            body.put("title", title).put("status", status).put("code", code).put("detail", detail);
            return json(status, body);
        }
    }

    private Reply effect(HttpExchange exchange, byte[] body) {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        if (method.equals("PATCH")) {
            return patch(path.substring(path.lastIndexOf('/') + 1), exchange, body);
        }
        if (method.equals("POST") || method.equals("PUT")) {
            posted.add(Json.read(new String(body, StandardCharsets.UTF_8), JsonNode.class));
        }
        if (method.equals("POST")) {
            return post(path, posted.getLast());
        }
        String fixed = documents.get(exchange.getRequestURI().toString());
        if (fixed != null) {
            return new Reply(200, "application/json", fixed.getBytes(StandardCharsets.UTF_8));
        }
        return get(path);
    }

    private Reply post(String path, JsonNode document) {
        return switch (path) {
            case "/api/v1/uploads" -> {
                String digest = document.path("digest").asText();
                uploads.putIfAbsent(digest, new byte[0]);
                announced.put(digest, document.path("bytes").asLong());
                yield Reply.json(201, upload(digest));
            }
            case "/api/v1/scenes" -> Reply.json(202, Map.of("id", "scene-1", "state", "INSPECTING"));
            case "/api/v1/jobs" -> Reply.json(201, job("RUNNING"));
            case "/v1/embeddings" -> Reply.json(200, Map.of("object", "list", "data", List.of(), "model", "m"));
            case "/api/v1/keys" -> Reply.json(201, Map.of("id", "1", "account", "acc", "key", "tilth_secret"));
            default -> path.endsWith("/cancel") ? Reply.json(200, job("CANCELED")) : fixed("POST " + path, path);
        };
    }

    private Reply fixed(String name, String path) {
        String document = documents.get(name);
        return document == null
                ? missing(path)
                : new Reply(200, "application/json", document.getBytes(StandardCharsets.UTF_8));
    }

    private Reply get(String path) {
        if (path.startsWith("/api/v1/uploads/")) {
            return Reply.json(200, upload(path.substring("/api/v1/uploads/".length())));
        }
        if (path.equals("/api/v1/scenes/scene-1")) {
            return Reply.json(200, Map.of("id", "scene-1", "state", "READY"));
        }
        if (path.equals("/api/v1/jobs/" + JOB)) {
            jobPolls++;
            return Reply.json(200, job(jobPolls < 2 ? "RUNNING" : finalState));
        }
        String prefix = "/api/v1/jobs/" + JOB + "/outputs/";
        if (path.startsWith(prefix) && files.containsKey(path.substring(prefix.length()))) {
            return new Reply(200, "application/octet-stream", files.get(path.substring(prefix.length())));
        }
        return missing(path);
    }

    private static Reply missing(String path) {
        return Reply.problem(404, "NOT_FOUND", "Not found", "there is nothing at " + path);
    }

    private Reply patch(String digest, HttpExchange exchange, byte[] chunk) {
        byte[] sofar = uploads.get(digest);
        long offset = Long.parseLong(exchange.getRequestHeaders().getFirst("Upload-Offset"));
        if (offset != sofar.length) {
            return Reply.problem(409, "CONFLICT", "Wrong offset", "the upload stands at byte " + sofar.length);
        }
        byte[] grown = Arrays.copyOf(sofar, sofar.length + chunk.length);
        System.arraycopy(chunk, 0, grown, sofar.length, chunk.length);
        uploads.put(digest, grown);
        if (grown.length == announced.get(digest) && !Digest.of(grown).hex().equals(digest)) {
            uploads.put(digest, new byte[0]);
            return Reply.problem(422, "INVALID_REQUEST", "Wrong digest", "the bytes have another digest");
        }
        return Reply.json(200, upload(digest));
    }

    private ObjectNode upload(String digest) {
        long bytes = announced.get(digest);
        long offset = uploads.get(digest).length;
        return Json.MAPPER
                .createObjectNode()
                .put("id", digest)
                .put("digest", digest)
                .put("bytes", bytes)
                .put("offset", offset)
                .put("complete", offset == bytes)
                .put("chunkBytes", CHUNK);
    }

    private ObjectNode job(String state) {
        ObjectNode job = Json.MAPPER.createObjectNode();
        job.put("id", JOB).put("kind", "RENDER").put("state", state).put("createdAt", "2026-11-22T10:00:00Z");
        job.putObject("tasks").put("accepted", 3).put("total", 4).put("leased", 1);
        job.putObject("price").put("held", 100).put("paid", 90).put("fees", 5).put("refunded", 5);
        List<JsonNode> outputs = new ArrayList<>();
        files.forEach((name, content) -> outputs.add(Json.MAPPER
                .createObjectNode()
                .put("name", name)
                .put("mediaType", "application/octet-stream")
                .put("digest", Digest.of(content).hex())
                .put("bytes", content.length)));
        job.putArray("outputs").addAll(outputs);
        job.putArray("content").add("00");
        if (state.equals("FAILED")) {
            job.putObject("error").put("code", "INVALID_SCENE").put("detail", "texture 3 is broken");
        }
        return job;
    }

    private static void problem(HttpExchange exchange, int status, String code, String title, String detail) {
        Reply reply = Reply.problem(status, code, title, detail);
        try {
            answer(exchange, status, "application/problem+json", reply.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        try (exchange) {
            if (status == 0) {
                return; // closed without an answer: the connection breaks
            }
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
