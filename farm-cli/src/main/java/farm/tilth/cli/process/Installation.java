package farm.tilth.cli.process;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the built programs of the farm lie.
 *
 * @param root the folder of the checkout
 * @param java the program that runs them
 */
public record Installation(Path root, Path java) implements Programs {
    private static final String VERSION = "0.1.0-SNAPSHOT";
    private static final String WORKER_MAIN = "farm.tilth.protocol.worker.WorkerMain";

    /** The checkout in {@code root}, run by the Java that runs this. */
    public static Installation at(Path root) {
        return new Installation(
                root.toAbsolutePath().normalize(), Path.of(System.getProperty("java.home"), "bin", "java"));
    }

    /** The data folder of a farm whose user names none. */
    public Path defaultData() {
        return root.resolve("tilth-data");
    }

    @Override
    public List<String> coordinatorCommand() {
        Path jar = built(root.resolve("farm-api/target/quarkus-app/quarkus-run.jar"));
        List<String> command = jvm("512m");
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    @Override
    public List<String> workerCommand(WorkerKind kind) {
        List<String> command = jvm("2g");
        List<String> classpath = new ArrayList<>();
        for (String module : kind.modules()) {
            Path target = root.resolve(module).resolve("target");
            classpath.add(built(target.resolve(module + "-" + VERSION + ".jar")).toString());
            classpath.add(target.resolve("lib") + File.separator + "*");
        }
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classpath), WORKER_MAIN));
        return command;
    }

    @Override
    public List<String> chainCommand(int port, Path state) {
        Path script = built(root.resolve("reward-ledger/tools/chain.mjs"));
        return List.of("node", script.toString(), String.valueOf(port), state.toString());
    }

    /** Writes the bundled sample scene to {@code target}. */
    public List<String> sampleSceneCommand(Path target) {
        Path folder = root.resolve("render-worker/target");
        List<String> command = jvm("512m");
        String classpath = built(folder.resolve("render-worker-" + VERSION + ".jar")) + File.pathSeparator
                + folder.resolve("lib")
                + File.separator + "*";
        command.addAll(List.of("-cp", classpath, "farm.tilth.render.sample.SampleScene", target.toString()));
        return command;
    }

    private List<String> jvm(String heap) {
        Path options = root.resolve("docker/jvm.options");
        return new ArrayList<>(List.of(java.toString(), "@" + options, "-XX:+UseSerialGC", "-Xmx" + heap));
    }

    private static Path built(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new FarmException(ErrorCode.UNAVAILABLE, file + " is not built; run ./tilth build");
        }
        return file;
    }
}
