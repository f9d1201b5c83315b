package farm.tilth.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.FarmAddress;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.RenderOrder;
import farm.tilth.cli.client.SceneFolder;
import farm.tilth.cli.client.Statement;
import farm.tilth.cli.process.FarmFile;
import farm.tilth.cli.process.FarmSettings;
import farm.tilth.cli.process.ForegroundProcess;
import farm.tilth.cli.process.Installation;
import farm.tilth.cli.process.Supervisor;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A whole farm of real processes, of which one is killed in the middle of a job: the picture is the one of an
 * undisturbed run, and the books hold. Needs the packaged programs of all modules.
 */
class KillIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final RenderOrder ORDER =
            new RenderOrder(320, 192, 48, Optional.empty(), Optional.empty(), Optional.of(32), 11);

    @TempDir
    private static Path folder;

    private static Supervisor supervisor;
    private static Farm farm;
    private static String scene;
    private static Job undisturbed;
    private static final List<String> JOBS = new ArrayList<>();

    @BeforeAll
    static void startFarm() throws IOException, InterruptedException {
        Installation installation = Installation.at(Path.of(".."));
        supervisor = Supervisor.start(FarmSettings.temporary("render=1,trusted=1"), installation, System.out::println);
        FarmFile contact = supervisor.farm();
        farm = new Farm(FarmAddress.of(contact.url(), contact.key()));
        Path file = folder.resolve("scene.glb");
        assertEquals(
                0,
                ForegroundProcess.run(
                        installation.sampleSceneCommand(file), Map.of(), ProcessBuilder.Redirect.INHERIT));
        scene = farm.uploadScene(SceneFolder.of(file), line -> {});
        undisturbed = finished(submit().id());
        assertTrue(undisturbed.tasks().total() >= 30, "the job has too few tasks to be disturbed");
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

    private static Job submit() throws InterruptedException {
        Job job = farm.submit(ORDER.request(scene, Optional.empty()));
        JOBS.add(job.id());
        return job;
    }

    private static Job finished(String job) throws InterruptedException {
        return Farm.completed(farm.follow(job, LIMIT, state -> {}));
    }

    private static ProcessHandle part(String name) throws IOException {
        return name.equals("postgres")
                ? supervisor.postgres().orElseThrow()
                : supervisor.process(name).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"render-1", "farm-api", "postgres", "trusted-1"})
    void aPartKilledInMidJobChangesNeitherThePictureNorTheBooks(String victim) throws Exception {
        Job job = submit();
        ProcessHandle process = part(victim);
        AtomicBoolean killed = new AtomicBoolean();
        Job end = Farm.completed(farm.follow(job.id(), LIMIT, state -> {
            boolean midway = state.tasks().accepted() >= 3
                    && state.tasks().accepted() < state.tasks().total() - 3;
            if (midway && !state.state().isFinal() && killed.compareAndSet(false, true)) {
                assertTrue(process.destroyForcibly(), victim + " could not be killed");
            }
        }));
        assertTrue(killed.get(), "the job ended before " + victim + " was killed");
        assertNotEquals(List.of(), end.content());
        assertEquals(undisturbed.content(), end.content(), "the picture after the kill of " + victim);
        assertEquals(end.tasks().total(), end.tasks().accepted());
        assertEquals(undisturbed.price(), end.price(), "the same work costs the same");
        checkBooks();
    }

    private static void checkBooks() throws InterruptedException {
        List<Receipt> receipts = new ArrayList<>();
        for (String job : JOBS) {
            receipts.add(Json.read(farm.receipt(job).toString(), Receipt.class));
        }
        assertEquals(List.of(), Books.findings(Statement.fetch(farm, true), receipts));
    }

    @Test
    void anUndisturbedJobIsTheSameEveryTime() throws InterruptedException {
        assertEquals(undisturbed.content(), finished(submit().id()).content());
    }
}
