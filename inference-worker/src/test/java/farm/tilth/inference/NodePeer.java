package farm.tilth.inference;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server of bench/onnx-peer as a process: onnxruntime-node behind fastify. */
final class NodePeer implements AutoCloseable {
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final URI address;

    private NodePeer(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Installs what the server needs where it is not installed, by npm, and starts it. */
    static NodePeer start(Path folder, Path model, int threads) throws IOException, InterruptedException {
        if (!folder.resolve("node_modules/.package-lock.json").toFile().exists()) {
            // Without scripts: what onnxruntime-node would download is for GPUs; the CPU's library is in the package.
            int installed = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (installed != 0) {
                throw new IOException("npm ci failed in " + folder + "; run it there to see why");
            }
        }
        Process process = new ProcessBuilder(List.of("node", "server.mjs", model.toString(), String.valueOf(threads)))
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String port = out.readLine();
        if (port == null) {
            throw new IOException("the server of " + folder + " did not start");
        }
        return new NodePeer(process, URI.create("http://127.0.0.1:" + port));
    }

    URI address() {
        return address;
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
