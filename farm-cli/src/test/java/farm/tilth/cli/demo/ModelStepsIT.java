package farm.tilth.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.FarmAddress;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.RenderOrder;
import farm.tilth.cli.client.RenderOrder.Model;
import farm.tilth.cli.client.RenderOrder.Processing;
import farm.tilth.cli.client.SceneFolder;
import farm.tilth.cli.client.Statement;
import farm.tilth.cli.process.FarmFile;
import farm.tilth.cli.process.FarmSettings;
import farm.tilth.cli.process.ForegroundProcess;
import farm.tilth.cli.process.Installation;
import farm.tilth.cli.process.Supervisor;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.TaskSpec.RunModel;
import farm.tilth.protocol.task.ToneMap;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole farm of real processes renders an animation whose frames go through two uploaded models and become a video; a
 * worker and the coordinator are killed on the way. The pixels are compared with those of a job without models. Needs
 * the packaged programs.
 */
class ModelStepsIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int FRAMES = 2;

    @TempDir
    private static Path folder;

    private static Supervisor supervisor;
    private static Farm farm;
    private static String scene;

    @BeforeAll
    static void startFarm() throws IOException, InterruptedException {
        Installation installation = Installation.at(Path.of(".."));
        supervisor = Supervisor.start(
                FarmSettings.temporary("render=1,inference=1,trusted=1"), installation, System.out::println);
        FarmFile contact = supervisor.farm();
        farm = new Farm(FarmAddress.of(contact.url(), contact.key()));
        Path file = folder.resolve("scene.glb");
        assertEquals(
                0,
                ForegroundProcess.run(
                        installation.sampleSceneCommand(file), Map.of(), ProcessBuilder.Redirect.INHERIT));
        scene = farm.uploadScene(SceneFolder.of(file), line -> {});
        register("halved", PictureModel.halved());
        register("doubled", PictureModel.doubled());
    }

    @AfterAll
    static void stopFarm() {
        if (farm != null) {
            farm.close();
        }
        if (supervisor != null) {
            supervisor.close();
        }
    }

    private static void register(String name, byte[] onnx) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve(name + ".onnx"), onnx);
        ObjectNode request = Json.MAPPER.createObjectNode().put("name", name).put("main", "model.onnx");
        request.putObject("files")
                .put("model.onnx", farm.upload(file, line -> {}).hex());
        assertTrue(farm.registerModel(request.put("maxTokens", 0), line -> {})
                .path("description")
                .has("picture"));
    }

    private static Job submit(double exposure, List<Model> models) throws InterruptedException {
        RenderOrder order = new RenderOrder(
                96,
                64,
                4,
                Optional.empty(),
                Optional.of(new FrameRange(1, FRAMES, 24)),
                Optional.of(32),
                3,
                new RenderOrder.Picture(
                        Optional.empty(),
                        Optional.of(new ToneMap(ToneMap.Curve.LINEAR, exposure)),
                        List.of(),
                        new Processing(Optional.empty(), models),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        return farm.submit(order.request(scene, Optional.empty()));
    }

    private static BufferedImage picture(Job job, String name) throws IOException, InterruptedException {
        Job.Output output = job.outputs().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow();
        Path file = folder.resolve(job.id() + name);
        farm.download(job.id(), output, file);
        return ImageIO.read(file.toFile());
    }

    @Test
    void framesGoThroughTheirModelsAndBecomeAVideoThoughAWorkerAndTheCoordinatorAreKilled() throws Exception {
        List<Model> models = List.of(Model.parse("halved"), Model.parse("doubled:srgb"));
        Job plain = Farm.completed(farm.follow(submit(0, List.of()).id(), LIMIT, state -> {}));
        Job stepped = Farm.completed(farm.follow(submit(1, models).id(), LIMIT, state -> {}));
        assertEquals(
                List.of("frame-0001.exr", "frame-0001.png", "frame-0002.exr", "frame-0002.png", "video.mp4"),
                stepped.outputs().stream().map(Job.Output::name).toList());
        for (int frame = 1; frame <= FRAMES; frame++) {
            String name = "frame-%04d.png".formatted(frame);
            compare(picture(plain, name), picture(stepped, name));
        }
        assertEquals(plain.tasks().total() + 2 * FRAMES, stepped.tasks().accepted());

        Deque<String> victims = new ArrayDeque<>(List.of("inference-1", "farm-api"));
        Job disturbed = Farm.completed(farm.follow(submit(1, models).id(), LIMIT, state -> {
            int due = 4 * (3 - victims.size());
            if (!victims.isEmpty() && !state.state().isFinal() && state.tasks().accepted() >= due) {
                kill(victims.remove());
            }
        }));
        assertEquals(List.of(), List.copyOf(victims), "the job ended before all were killed");
        assertEquals(stepped.content(), disturbed.content());
        assertEquals(stepped.price(), disturbed.price(), "nothing is paid twice");
        checkBooks(List.of(plain, stepped, disturbed));
    }

    private static void kill(String worker) {
        assertTrue(supervisor.process(worker).orElseThrow().destroyForcibly());
    }

    /** The models halve linear colours, which the exposure doubles again, and enlarge what a screen shows. */
    private static void compare(BufferedImage plain, BufferedImage stepped) {
        assertEquals(2 * plain.getWidth(), stepped.getWidth());
        assertEquals(2 * plain.getHeight(), stepped.getHeight());
        for (int y = 0; y < stepped.getHeight(); y++) {
            for (int x = 0; x < stepped.getWidth(); x++) {
                int expected = plain.getRGB(x / 2, y / 2);
                int argb = stepped.getRGB(x, y);
                for (int shift = 0; shift < 24; shift += 8) {
                    assertEquals(expected >> shift & 255, argb >> shift & 255, 1, "pixel (" + x + ", " + y + ")");
                }
            }
        }
    }

    private static void checkBooks(List<Job> jobs) throws InterruptedException {
        List<Receipt> receipts = new ArrayList<>();
        for (Job job : jobs) {
            receipts.add(Json.read(farm.receipt(job.id()).toString(), Receipt.class));
        }
        for (Receipt receipt : receipts.subList(1, 3)) {
            assertEquals(List.of(), ReceiptCheck.findings(receipt));
            assertEquals(
                    2 * FRAMES,
                    receipt.tasks().stream()
                            .filter(task -> task.spec() instanceof RunModel)
                            .count());
        }
        assertEquals(List.of(), Books.findings(Statement.fetch(farm, true), receipts));
    }
}
