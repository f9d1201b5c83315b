package farm.tilth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a customer does on a farm, in the words of the REST interface. Thread-safe. */
public final class Farm implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration SLOW_POLL = Duration.ofSeconds(1);
    private static final int QUICK_POLLS = 40;
    private static final Duration OUTAGE_LIMIT = Duration.ofMinutes(5);
    private static final Duration INSPECTION_LIMIT = Duration.ofMinutes(10);

    private final FarmClient client;
    private final Uploader uploader;

    public Farm(FarmAddress address) {
        this(new FarmClient(address, RetryPolicy.DEFAULT));
    }

    Farm(FarmClient client) {
        this.client = client;
        this.uploader = new Uploader(client);
    }

    /** The requests themselves, for documents that need no interpretation. */
    public FarmClient client() {
        return client;
    }

    /** Uploads one file. */
    public Digest upload(Path file, Consumer<String> progress) throws InterruptedException {
        String name = file.getFileName().toString();
        long bytes = Math.max(1, file.toFile().length());
        return uploader.upload(file, offset -> progress.accept("upload " + name + " " + 100 * offset / bytes + " %"));
    }

    /**
     * Uploads a scene's files and has them inspected.
     *
     * @return the scene's id, once a trusted worker found it sound
     */
    public String uploadScene(SceneFolder scene, Consumer<String> progress) throws InterruptedException {
        SortedMap<String, String> digests = new TreeMap<>();
        for (Map.Entry<String, Path> file : scene.files().entrySet()) {
            digests.put(file.getKey(), upload(file.getValue(), progress).hex());
        }
        JsonNode created =
                client.post("/api/v1/scenes", Map.of("name", scene.main(), "main", scene.main(), "files", digests));
        String id = created.path("id").asText();
        progress.accept("inspect " + scene.main());
        awaitInspection(id, created);
        return id;
    }

    /**
     * Has a model inspected whose files were uploaded.
     *
     * @return the model as the farm serves it
     */
    public JsonNode registerModel(JsonNode request, Consumer<String> progress) throws InterruptedException {
        JsonNode model = client.post("/api/v1/models", request);
        String version = model.path("version").asText();
        progress.accept("inspect " + model.path("name").asText());
        long deadline = System.nanoTime() + INSPECTION_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            switch (model.path("state").asText()) {
                case "READY" -> {
                    return model;
                }
                case "REFUSED" -> throw refused(model.path("error"));
                default -> FarmClient.pause(POLL);
            }
            try {
                model = client.get("/api/v1/models/" + version);
            } catch (FarmException unknownYet) {
                if (unknownYet.code() != ErrorCode.MODEL_NOT_FOUND) {
                    throw unknownYet;
                }
            }
        }
        throw new FarmException(
                ErrorCode.DEADLINE_EXCEEDED,
                "the model was not inspected in time; is a trusted worker with inference connected?");
    }

    private void awaitInspection(String id, JsonNode created) throws InterruptedException {
        long deadline = System.nanoTime() + INSPECTION_LIMIT.toNanos();
        JsonNode scene = created;
        while (System.nanoTime() < deadline) {
            switch (scene.path("state").asText()) {
                case "READY" -> {
                    return;
                }
                case "REFUSED" -> throw refused(scene.path("error"));
                default -> FarmClient.pause(POLL);
            }
            scene = client.get("/api/v1/scenes/" + id);
        }
        throw new FarmException(
                ErrorCode.NO_WORKER,
                "the scene was not inspected within " + INSPECTION_LIMIT.toMinutes()
                        + " minutes; has the farm a trusted worker? ./tilth workers lists them");
    }

    private static FarmException refused(JsonNode error) {
        ErrorCode code = ErrorCode.INVALID_SCENE;
        return new FarmException(
                code, "the scene was refused: " + error.path("detail").asText("no reason is given"));
    }

    /** Submits a job: {"render": …} or {"embed": …}. */
    public Job submit(JsonNode request) throws InterruptedException {
        return Job.of(client.postOnce("/api/v1/jobs", request));
    }

    public Job job(String id) throws InterruptedException {
        return Job.of(client.get(jobPath(id)));
    }

    public JsonNode jobDocument(String id) throws InterruptedException {
        return client.get(jobPath(id));
    }

    /**
     * Follows a job to its end, also through a time in which the farm is away.
     *
     * @param progress hears every state that is seen
     * @throws FarmException with DEADLINE_EXCEEDED when it takes longer than {@code limit}; the job goes on
     */
    public Job follow(String id, Duration limit, Consumer<Job> progress) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        long answeredNanos = System.nanoTime();
        for (int poll = 0; System.nanoTime() < deadline; poll++) {
            try {
                Job job = job(id);
                progress.accept(job);
                if (job.state().isFinal()) {
                    return job;
                }
                answeredNanos = System.nanoTime();
            } catch (FarmException e) {
                boolean away = e.code().isTransient() && poll > 0;
                if (!away || System.nanoTime() - answeredNanos > OUTAGE_LIMIT.toNanos()) {
                    throw e;
                }
            }
            FarmClient.pause(poll < QUICK_POLLS ? POLL : SLOW_POLL);
        }
        throw new FarmException(
                ErrorCode.DEADLINE_EXCEEDED,
                "job " + id + " has not ended within " + limit.toSeconds() + " s; ./tilth job watch " + id
                        + " follows it further");
    }

    /** The job, if it was done. */
    public static Job completed(Job job) {
        if (job.state() == Job.State.COMPLETED) {
            return job;
        }
        String why = job.error().map(Job.Failure::detail).orElse("it was cancelled");
        throw new FarmException(ErrorCode.CONFLICT, "job " + job.id() + " ended as " + job.state() + ": " + why);
    }

    public JsonNode cancel(String id) throws InterruptedException {
        return client.post(jobPath(id) + "/cancel", Map.of());
    }

    public void download(String job, Job.Output output, Path target) throws InterruptedException {
        client.download(jobPath(job) + "/outputs/" + encode(output.name()), target);
    }

    public JsonNode receipt(String job) throws InterruptedException {
        return client.get(jobPath(job) + "/receipt");
    }

    /** Embeds texts at once. */
    public JsonNode embed(String model, Iterable<String> texts) throws InterruptedException {
        ArrayNode input = Json.MAPPER.createArrayNode();
        texts.forEach(input::add);
        return client.postUnrepeated("/v1/embeddings", Map.of("model", model, "input", input));
    }

    private static String jobPath(String id) {
        return "/api/v1/jobs/" + encode(id);
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.close();
    }
}
