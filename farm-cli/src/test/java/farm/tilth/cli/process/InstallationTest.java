package farm.tilth.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    private static final Path SHARED_OPTIONS = Path.of("../docker/jvm.options");

    @TempDir
    Path root;

    @Test
    void javaTakesTheOptionsOfTheCoordinatorAndSaysNothingOfThem() throws Exception {
        Ran ran = run(options(Files.readAllLines(SHARED_OPTIONS)));
        assertEquals(0, ran.exitCode, ran.output);
        assertTrue(ran.output.lines().allMatch(line -> line.matches("(openjdk|OpenJDK|java|Java).*")), ran.output);
    }

    @Test
    void whatCallsPassThroughIsCompiledSoon() throws Exception {
        List<String> audible = new ArrayList<>(Files.readAllLines(SHARED_OPTIONS));
        assertTrue(audible.remove("-XX:CompileCommand=quiet"));
        Ran ran = run(options(audible));
        assertEquals(0, ran.exitCode, ran.output);
        for (String path : List.of("farm/tilth", "io/vertx", "io/netty")) {
            assertTrue(ran.output.contains(path + "/*.* double CompileThresholdScaling = 0.1"), ran.output);
        }
    }

    /** What stands before the jar, in a checkout whose JVMs share these options. */
    private List<String> options(List<String> shared) throws IOException {
        Files.createDirectories(root.resolve("docker"));
        Files.write(root.resolve("docker/jvm.options"), shared);
        Path jar = root.resolve("farm-api/target/quarkus-app/quarkus-run.jar");
        Files.createDirectories(jar.getParent());
        Files.createFile(jar);
        List<String> command = Installation.at(root).coordinatorCommand();
        return command.subList(0, command.indexOf("-jar"));
    }

    private record Ran(int exitCode, String output) {}

    private static Ran run(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(options);
        command.add("-version");
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(java.waitFor(), output);
    }
}
