package farm.tilth.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FarmSettingsTest {
    @Test
    void workersAreCountedByKind() {
        assertEquals(
                Map.of(WorkerKind.RENDER, 1, WorkerKind.INFERENCE, 1, WorkerKind.TRUSTED, 1),
                FarmSettings.parseWorkers(FarmSettings.DEFAULT_WORKERS));
        assertEquals(Map.of(WorkerKind.RENDER, 12), FarmSettings.parseWorkers("render=12"));
        assertEquals(
                "2 render, 1 trusted",
                FarmSettings.of(Path.of("d"), 1, "trusted=1,render=2,inference=0")
                        .describeWorkers());
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        for (String text : List.of("", "render", "render=", "render=-1", "render=1;trusted=1", "render=65", "king=1")) {
            assertThrows(FarmException.class, () -> FarmSettings.parseWorkers(text), text);
        }
    }

    @Test
    void aTrustedWorkerHasBothModulesOnItsClasspath(@TempDir Path root) throws IOException {
        Installation installation = Installation.at(root);
        FarmException missing = assertThrows(FarmException.class, () -> installation.workerCommand(WorkerKind.TRUSTED));
        assertTrue(missing.getMessage().contains("run ./tilth build"), missing.getMessage());
        for (String module : List.of("render-worker", "inference-worker")) {
            Path target = Files.createDirectories(root.resolve(module).resolve("target"));
            Files.createFile(target.resolve(module + "-0.1.0-SNAPSHOT.jar"));
        }
        List<String> trusted = installation.workerCommand(WorkerKind.TRUSTED);
        String classpath = trusted.get(trusted.indexOf("-cp") + 1);
        assertEquals(4, classpath.split(":").length);
        assertEquals("farm.tilth.protocol.worker.WorkerMain", trusted.getLast());
        List<String> render = installation.workerCommand(WorkerKind.RENDER);
        assertEquals(2, render.get(render.indexOf("-cp") + 1).split(":").length);
    }
}
