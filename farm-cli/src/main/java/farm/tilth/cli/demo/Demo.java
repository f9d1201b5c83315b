package farm.tilth.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.OutputTarget;
import farm.tilth.cli.client.RenderOrder;
import farm.tilth.cli.client.SceneFolder;
import farm.tilth.cli.client.Statement;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.FrameRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the demo does on a running farm: a still, an animation, an online call and a batch, then the receipts and the
 * statement, all of it left in one folder.
 */
public final class Demo {
    private static final Duration JOB_LIMIT = Duration.ofMinutes(15);
    private static final Duration WORKERS_LIMIT = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final RenderOrder STILL =
            new RenderOrder(640, 360, 64, Optional.empty(), Optional.empty(), Optional.of(80), 1);
    private static final RenderOrder ANIMATION =
            new RenderOrder(320, 180, 24, Optional.empty(), Optional.of(new FrameRange(0, 5, 8)), Optional.of(80), 1);
    private static final List<String> SENTENCES = List.of(
            "The farm splits a frame into tiles.",
            "A picture is cut into rectangles, and each is rendered alone.",
            "Bread is best on the day it is baked.");
    private static final int BATCH_ROWS = 64;

    private final Farm farm;
    private final Path out;
    private final Voice voice;
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    public Demo(Farm farm, Path out, Voice voice) {
        this.farm = farm;
        this.out = out;
        this.voice = voice;
    }

    /**
     * Runs it all.
     *
     * @param scene the sample scene
     * @param workers how many must have joined before it begins
     * @return what was done, for scripts
     * @throws FarmException also when the books do not hold
     */
    public ObjectNode run(Path scene, int workers) throws IOException, InterruptedException {
        awaitWorkers(workers);
        String id = farm.uploadScene(SceneFolder.of(scene), voice.progress());
        render("still", STILL, id);
        render("animation", ANIMATION, id);
        infer();
        List<Receipt> receipts = receipts();
        Statement statement = statement();
        List<String> findings = Books.findings(statement, receipts);
        if (!findings.isEmpty()) {
            throw new FarmException(
                    ErrorCode.RESULT_REJECTED, "the books do not hold:\n" + String.join("\n", findings));
        }
        voice.say().accept(summary(statement, receipts));
        return document();
    }

    private void awaitWorkers(int wanted) throws InterruptedException {
        long deadline = System.nanoTime() + WORKERS_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            int connected = 0;
            for (JsonNode worker : farm.client().get("/api/v1/workers")) {
                connected += worker.path("connected").asBoolean() ? 1 : 0;
            }
            if (connected >= wanted) {
                return;
            }
            voice.progress().accept("waiting for workers: " + connected + " of " + wanted);
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        throw new FarmException(
                ErrorCode.NO_WORKER,
                "not all of the " + wanted + " workers joined within " + WORKERS_LIMIT.toSeconds()
                        + " s; their logs are in the data folder's logs/");
    }

    private void render(String name, RenderOrder order, String scene) throws InterruptedException {
        finish(name, order.request(scene, Optional.empty()));
    }

    /** Submits, follows and fetches a job. */
    private void finish(String name, JsonNode request) throws InterruptedException {
        long started = System.nanoTime();
        Job submitted = farm.submit(request);
        Job job = Farm.completed(farm.follow(submitted.id(), JOB_LIMIT, voice.job()));
        OutputTarget folder = OutputTarget.of(out.resolve(name) + "/");
        for (Map.Entry<Path, Job.Output> place : folder.places(job.outputs()).entrySet()) {
            farm.download(job.id(), place.getValue(), place.getKey());
        }
        jobs.put(name, job);
        voice.say()
                .accept("%-10s %3d tasks, %2d files in %.1f s  %s/"
                        .formatted(
                                name,
                                job.tasks().total(),
                                job.outputs().size(),
                                (System.nanoTime() - started) / 1e9,
                                out.resolve(name)));
    }

    private void infer() throws IOException, InterruptedException {
        String model =
                farm.client().get("/v1/models").path("data").path(0).path("id").asText();
        voice.progress().accept("embed with " + model);
        JsonNode answer = farm.embed(model, SENTENCES);
        Path folder = Files.createDirectories(out.resolve("inference"));
        Files.writeString(folder.resolve("online.json"), answer + "\n");
        voice.say()
                .accept("online     %s: the second sentence is %.2f like the first, the third %.2f"
                        .formatted(model, likeness(answer, 0, 1), likeness(answer, 0, 2)));
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < BATCH_ROWS; row++) {
            rows.add(Json.write(Map.of("input", "Row " + row + ": " + SENTENCES.get(row % SENTENCES.size()))));
        }
        Path input = Files.write(folder.resolve("rows.jsonl"), rows);
        Digest digest = farm.upload(input, voice.progress());
        ObjectNode request = Json.MAPPER.createObjectNode();
        request.putObject("embed").put("model", model).put("input", digest.hex());
        finish("inference", request);
    }

    /** The cosine of two embeddings of an answer. */
    static double likeness(JsonNode answer, int first, int second) {
        JsonNode a = answer.path("data").path(first).path("embedding");
        JsonNode b = answer.path("data").path(second).path("embedding");
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.size(); i++) {
            dot += a.get(i).asDouble() * b.path(i).asDouble();
            aa += a.get(i).asDouble() * a.get(i).asDouble();
            bb += b.path(i).asDouble() * b.path(i).asDouble();
        }
        return dot / Math.sqrt(aa * bb);
    }

    private List<Receipt> receipts() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(out.resolve("receipts"));
        List<Receipt> receipts = new ArrayList<>();
        for (Map.Entry<String, Job> job : jobs.entrySet()) {
            String text = farm.receipt(job.getValue().id()).toString();
            Files.writeString(folder.resolve(job.getKey() + ".json"), text + "\n");
            receipts.add(Json.read(text, Receipt.class));
        }
        return receipts;
    }

    private Statement statement() throws IOException, InterruptedException {
        Statement statement = Statement.fetch(farm, true);
        Files.writeString(out.resolve("statement.json"), statement.document() + "\n");
        Files.write(out.resolve("statement.txt"), statement.lines());
        return statement;
    }

    private static String summary(Statement statement, List<Receipt> receipts) {
        long paid =
                receipts.stream().mapToLong(receipt -> receipt.totals().paid()).sum();
        return "books      " + receipts.size() + " receipts verify, "
                + statement.postings().size() + " postings sum to 0, the workers were paid the " + paid
                + " µT that the receipts say";
    }

    private ObjectNode document() {
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.put("out", out.toString());
        ObjectNode list = document.putObject("jobs");
        jobs.forEach((name, job) -> list.set(name, Json.MAPPER.valueToTree(job)));
        return document;
    }
}
