package farm.tilth.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wall around a stranger's model, where this machine can build one. */
class SandboxTest {
    private static final long MEMORY = 8L << 30;
    private static final long SECONDS = 30;

    @TempDir
    Path folder;

    @TempDir
    Path outside;

    @Test
    void processInItWritesItsFolderAlone() throws Exception {
        Sandbox sandbox = isolated();
        assertEquals(0, run(sandbox, "echo written > " + folder.resolve("own")));
        assertEquals("written\n", Files.readString(folder.resolve("own")));
        assertTrue(run(sandbox, "echo written > " + outside.resolve("foreign")) != 0);
        assertFalse(Files.exists(outside.resolve("foreign")));
    }

    @Test
    void processInItHasNoNetwork() throws Exception {
        Sandbox sandbox = isolated();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String connect = "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort();
            assertEquals(0, Sandbox.run(List.of("bash", "-c", connect), folder.resolve("log"), SECONDS));
            assertTrue(run(sandbox, connect) != 0, "it reached a server of this machine");
        }
    }

    @Test
    void processInItSeesNoOtherProcess() throws Exception {
        assertEquals(0, run(isolated(), "test \"$(ls -d /proc/[0-9]* | wc -l)\" -lt 10"));
    }

    @Test
    void modelIsInspectedInIt() throws Exception {
        isolated();
        OnnxRuntime.start(Path.of("target", "worker").toAbsolutePath(), 1);
        byte[] onnx = OnnxFile.product();
        Files.createDirectory(folder.resolve("model"));
        Files.write(folder.resolve("model").resolve("model.onnx"), onnx);
        ModelPackage model = new ModelPackage(
                "tried",
                "model.onnx",
                new TreeMap<>(Map.of("model.onnx", Digest.of(onnx))),
                Optional.empty(),
                0,
                List.of(),
                Optional.empty());
        ModelReport report = ModelInspection.inspect(model, folder);
        assertTrue(report.sandbox().startsWith("its own process: no network, read-only files"), report.sandbox());
        assertEquals(4, report.description().workUnitsPerToken());
    }

    private static Sandbox isolated() throws InterruptedException {
        Sandbox sandbox = Sandbox.find();
        assumeTrue(
                sandbox.notice().contains("no network"),
                "bubblewrap is not installed, or may not make namespaces here: " + sandbox.notice());
        return sandbox;
    }

    private int run(Sandbox sandbox, String script) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(folder, "run");
        return Sandbox.run(
                sandbox.command(folder, MEMORY, SECONDS, List.of("bash", "-c", script)), work.resolve("log"), SECONDS);
    }
}
