package farm.tilth.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
    @TempDir
    private Path data;

    private final List<String> notices = new CopyOnWriteArrayList<>();

    private FarmSettings settings(Map<WorkerKind, Integer> workers) {
        return new FarmSettings(data, Supervisor.freePort(), workers, Duration.ofSeconds(30), false, false);
    }

    private Supervisor start() throws InterruptedException {
        return Supervisor.start(
                settings(Map.of(WorkerKind.RENDER, 2, WorkerKind.TRUSTED, 1)), new FakePrograms(), notices::add);
    }

    private Path worker(String name) {
        return data.resolve("workers").resolve(name);
    }

    private long awaitWorker(String name) throws Exception {
        Await.until(
                name + " starts",
                () -> Files.exists(worker(name).resolve("pid"))
                        && !Files.readString(worker(name).resolve("pid")).isEmpty());
        return Long.parseLong(Files.readString(worker(name).resolve("pid")));
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void everyPartIsAProcessOfItsOwnAndNoneIsLeft() throws Exception {
        List<Long> pids;
        try (Supervisor supervisor = start()) {
            assertEquals("k", supervisor.farm().key());
            pids = List.of(
                    supervisor.process("farm-api").orElseThrow().pid(),
                    awaitWorker("render-1"),
                    awaitWorker("render-2"),
                    awaitWorker("trusted-1"));
            assertEquals(4, pids.stream().distinct().count());
            assertTrue(pids.stream().allMatch(SupervisorTest::lives));
        }
        assertTrue(pids.stream().noneMatch(SupervisorTest::lives));
        DataFolder.lock(data).close();
        assertTrue(Files.readString(data.resolve("logs/farm-api.log")).contains("the coordinator starts"));
    }

    @Test
    void aWorkerGetsItsFolderItsNameAndTheKeyOutOfSight() throws Exception {
        try (Supervisor supervisor = start()) {
            awaitWorker("trusted-1");
            String arguments = Files.readString(worker("trusted-1").resolve("arguments"));
            assertEquals(
                    "--farm " + supervisor.farm().url() + " --data " + worker("trusted-1")
                            + " --name trusted-1 --exit-with-parent --trusted",
                    arguments);
            assertEquals("k", Files.readString(worker("trusted-1").resolve("key")));
        }
    }

    @Test
    void aPartThatIsKilledStartsAgain() throws Exception {
        try (Supervisor supervisor = start()) {
            for (String name : List.of("render-1", "farm-api")) {
                if (name.startsWith("render")) {
                    awaitWorker(name);
                }
                ProcessHandle before = supervisor.process(name).orElseThrow();
                before.destroyForcibly();
                Await.until(name + " is started again", () -> supervisor
                        .process(name)
                        .filter(now -> now.pid() != before.pid() && now.isAlive())
                        .isPresent());
            }
            assertTrue(notices.getFirst().startsWith("render-1 ended with 137"), notices.toString());
        }
    }

    @Test
    void aWorkerThatDoesNotEndIsKilled() throws Exception {
        Files.createDirectories(data.resolve("workers"));
        Files.createFile(data.resolve("workers/stubborn"));
        long pid;
        try (Supervisor supervisor =
                Supervisor.start(settings(Map.of(WorkerKind.RENDER, 1)), new FakePrograms(), notices::add)) {
            pid = awaitWorker("render-1");
            assertTrue(supervisor.process("render-1").isPresent());
        }
        assertFalse(lives(pid));
        assertTrue(notices.toString().contains("render-1 did not end"), notices.toString());
    }

    @Test
    void aFolderHasOneFarm() throws Exception {
        try (Supervisor supervisor = start()) {
            FarmException refused = assertThrows(FarmException.class, this::start);
            assertEquals(ErrorCode.CONFLICT, refused.code());
            assertTrue(refused.getMessage().contains("is in use by another farm (process "), refused.getMessage());
            assertTrue(supervisor.process("farm-api").orElseThrow().isAlive());
        }
        start().close();
    }

    @Test
    void aCoordinatorThatFailsToStartShowsItsLogAndLeavesNothing() throws Exception {
        Files.createFile(data.resolve("broken"));
        FarmException failure = assertThrows(FarmException.class, this::start);
        assertTrue(failure.getMessage().startsWith("farm-api ended while it started"), failure.getMessage());
        assertTrue(failure.getMessage().endsWith("the database is broken"), failure.getMessage());
        assertFalse(lives(Long.parseLong(Files.readString(data.resolve("coordinator.pid")))));
        DataFolder.lock(data).close();
    }

    @Test
    void aCoordinatorThatRefusesToStartIsNotTriedAgain() throws Exception {
        Files.createFile(data.resolve("refused"));
        FarmException failure = assertThrows(FarmException.class, this::start);
        assertTrue(failure.getMessage().endsWith("another farm uses the folder"), failure.getMessage());
        assertEquals(List.of(), notices);
    }

    @Test
    void aCoordinatorThatIsNeverReadyIsGivenUp() throws Exception {
        Files.createFile(data.resolve("mute"));
        FarmSettings impatient =
                new FarmSettings(data, Supervisor.freePort(), Map.of(), Duration.ofSeconds(2), false, false);
        FarmException failure =
                assertThrows(FarmException.class, () -> Supervisor.start(impatient, new FakePrograms(), notices::add));
        assertTrue(failure.getMessage().contains("was not ready after 2 s"), failure.getMessage());
        assertFalse(lives(Long.parseLong(Files.readString(data.resolve("coordinator.pid")))));
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FarmSettings settings =
                    new FarmSettings(data, taken.getLocalPort(), Map.of(), Duration.ofSeconds(5), false, false);
            FarmException failure = assertThrows(
                    FarmException.class, () -> Supervisor.start(settings, new FakePrograms(), notices::add));
            assertTrue(failure.getMessage().contains("port " + taken.getLocalPort() + " is taken"));
        }
    }

    @Test
    void whenTheSupervisorItselfIsKilledItsPartsEnd() throws Exception {
        Process parent = new ProcessBuilder(FakePrograms.java(SupervisorMain.class))
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("out").toFile())
                .start();
        parent.getOutputStream().write((data + "\n").getBytes());
        parent.getOutputStream().flush();
        long worker = awaitWorker("render-1");
        long coordinator = Long.parseLong(Files.readString(data.resolve("coordinator.pid")));
        parent.destroyForcibly().waitFor();
        Await.until("its parts end", () -> !lives(worker) && !lives(coordinator));
        start().close();
    }

    @Test
    void whenTheSupervisorIsAskedToEndItsPartsEndFirst() throws Exception {
        Process parent = new ProcessBuilder(FakePrograms.java(SupervisorMain.class))
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("out").toFile())
                .start();
        parent.getOutputStream().write((data + "\n").getBytes());
        parent.getOutputStream().flush();
        long worker = awaitWorker("render-1");
        FarmException refused = assertThrows(FarmException.class, this::start);
        assertTrue(refused.getMessage().contains("is in use by another farm (process " + parent.pid() + ")"));
        parent.destroy();
        parent.waitFor();
        assertFalse(lives(worker));
        assertFalse(lives(Long.parseLong(Files.readString(data.resolve("coordinator.pid")))));
        DataFolder.lock(data).close();
    }
}
