package farm.tilth.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script at the root, in a folder whose name has a blank, with stand-ins for the tools that it looks for. */
class TilthScriptTest {
    private static final Path SCRIPT = Path.of("..", "tilth");
    private static final List<String> NEEDED = List.of(
            "bash",
            "sh",
            "sed",
            "head",
            "tail",
            "sort",
            "ls",
            "cat",
            "dirname",
            "readlink",
            "env",
            "mkdir",
            "touch",
            "find",
            "sleep",
            "mv",
            "flock",
            "kill",
            "true");

    @TempDir
    private Path folder;

    private Path root;
    private Path tools;

    @BeforeEach
    void prepare() throws IOException {
        root = Files.createDirectories(folder.resolve("a check out"));
        tools = Files.createDirectories(folder.resolve("tools"));
        Files.copy(SCRIPT, root.resolve("tilth"));
        executable(root.resolve("tilth"));
        for (String tool : NEEDED) {
            for (String place : List.of("/usr/bin", "/bin")) {
                Path real = Path.of(place, tool);
                if (Files.exists(real) && !Files.exists(tools.resolve(tool))) {
                    tool(tools.resolve(tool), "exec " + real + " \"$@\"");
                }
            }
        }
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void tool(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        executable(file);
    }

    private void jdk(String place, int feature) throws IOException {
        Path bin = folder.resolve(place).resolve("bin");
        tool(
                bin.resolve("java"),
                "if [ \"$1\" = -version ]; then echo 'openjdk version \"" + feature
                        + ".0.1\" 2026-04-15' >&2; else echo \"" + place + " runs: $*\"; fi");
        tool(bin.resolve("javac"), "exit 0");
    }

    /** Stand-ins for the tools of a build; Maven makes what the script runs. */
    private void buildTools() throws IOException {
        tool(tools.resolve("g++"), "exit 0");
        tool(tools.resolve("npm"), "exit 0");
        tool(tools.resolve("node"), "echo v22.1.0");
        tool(tools.resolve("mvn"), """
                if [ "$1" = --version ]; then echo "Apache Maven 3.9.9 (x)"; exit 0; fi
                echo "[INFO] Building farm-cli 0.1.0                  [9/9]"
                echo "$*" >>builds
                if [ -f broken ]; then echo "[ERROR] it does not compile"; exit 1; fi
                mkdir -p farm-cli/target farm-api/target/quarkus-app
                echo jar >farm-cli/target/farm-cli-0.1.0-SNAPSHOT.jar
                echo jar >farm-api/target/quarkus-app/quarkus-run.jar""");
    }

    private record Run(int status, String out, String err) {}

    private Run tilth(String... arguments) throws IOException, InterruptedException {
        return tilth(Map.of(), arguments);
    }

    private Run tilth(Map<String, String> more, String... arguments) throws IOException, InterruptedException {
        Process process = builder(more, arguments).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the script hangs");
        return new Run(
                process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    private ProcessBuilder builder(Map<String, String> more, String... arguments) {
        List<String> command = new ArrayList<>(List.of(root.resolve("tilth").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", tools.toString());
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("TILTH_JDK_FOLDERS", folder.resolve("jdks").toString());
        environment.putAll(more);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    private long builds() throws IOException {
        Path log = root.resolve("builds");
        return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    }

    @Test
    void helpNeedsNothing() throws Exception {
        Run run = tilth("help");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().startsWith("usage: ./tilth COMMAND"), run.out());
    }

    @Test
    void aMissingJdkIsNamedWithWhatWasFoundInstead() throws Exception {
        Run none = tilth("up");
        assertEquals(1, none.status());
        assertTrue(none.err().contains("JDK 25 is missing (found: no JDK at all)"), none.err());
        jdk("jdks/old", 17);
        Run old = tilth("up");
        assertTrue(old.err().contains("found: 17 in " + folder.resolve("jdks/old")), old.err());
        assertTrue(old.err().contains("apt install openjdk-25-jdk"), old.err());
    }

    @Test
    void theRightJdkIsFoundBehindAnOlderOne() throws Exception {
        buildTools();
        jdk("jdks/a jdk 17", 17);
        jdk("jdks/temurin 25", 25);
        Files.createSymbolicLink(tools.resolve("java"), folder.resolve("jdks/a jdk 17/bin/java"));
        Run run = tilth(Map.of("JAVA_HOME", folder.resolve("jdks/a jdk 17").toString()), "job", "list", "a b");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().startsWith("jdks/temurin 25 runs: "), run.out());
        assertTrue(run.out().endsWith(root + "/farm-cli/target/farm-cli-0.1.0-SNAPSHOT.jar job list a b\n"), run.out());
    }

    @Test
    void whatTheBuildLacksIsListedAtOnce() throws Exception {
        jdk("jdks/j", 26);
        Run run = tilth("build");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("g++ compiles the CPU kernel"), run.err());
        assertTrue(run.err().contains("Node 20.19 with npm builds the page"), run.err());
        buildTools();
        tool(tools.resolve("node"), "echo v18.0.0");
        assertTrue(tilth("build").err().contains("this one is 18.0.0"));
    }

    @Test
    void itBuildsWhatIsOlderThanItsSourcesAndNothingElse() throws Exception {
        buildTools();
        jdk("jdks/j", 25);
        Path source = root.resolve("farm-cli/src/main/java/A.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "class A {}");
        assertEquals(0, tilth("build").status());
        assertEquals(0, tilth("build").status());
        assertEquals(1, builds());
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 5000));
        assertEquals(0, tilth("build").status());
        assertEquals(2, builds());
    }

    @Test
    void aFailedBuildShowsTheEndOfItsLogAndIsNotTakenForDone() throws Exception {
        buildTools();
        jdk("jdks/j", 25);
        Files.createFile(root.resolve("broken"));
        Run run = tilth("job", "list");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("[ERROR] it does not compile"), run.err());
        assertTrue(run.err().contains("the whole log is in " + root + "/target/tilth-build.log"), run.err());
        Files.delete(root.resolve("broken"));
        assertEquals(0, tilth("job", "list").status());
    }

    @Test
    void anInterruptedBuildLeavesNoProcessAndNoLock() throws Exception {
        buildTools();
        jdk("jdks/j", 25);
        Path maven = tools.resolve("mvn");
        String good = Files.readString(maven);
        Files.writeString(maven, good.replace("echo \"$*\"", "echo $$ >pid.new; mv pid.new pid; exec sleep 300; echo"));
        ProcessBuilder builder = builder(Map.of(), "build");
        Process script = builder.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.exists(root.resolve("pid"))) {
            assertTrue(System.nanoTime() < deadline, "the build does not begin");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        long pid = Long.parseLong(Files.readString(root.resolve("pid")).strip());
        script.destroy();
        assertTrue(script.waitFor(20, TimeUnit.SECONDS), "the script hangs");
        assertEquals(143, script.exitValue());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), "Maven lives on");
        Files.writeString(maven, good);
        assertEquals(0, tilth("build").status());
    }

    @Test
    void testsRunTheWholeBuildWithItsArguments() throws Exception {
        buildTools();
        jdk("jdks/j", 25);
        Run run = tilth("test", "-Dtest=A B");
        assertEquals(0, run.status(), run.err());
        assertEquals(
                "-B -ntp verify -Dtest=A B",
                Files.readString(root.resolve("builds")).strip());
        Files.createFile(root.resolve("broken"));
        assertEquals(1, tilth("test").status());
    }

    @Test
    void anUnknownBenchmarkIsRefused() throws Exception {
        buildTools();
        jdk("jdks/j", 25);
        Run run = tilth("bench", "weather");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("no benchmark 'weather'; there are "), run.err());
        assertFalse(Files.exists(root.resolve("builds")));
    }
}
