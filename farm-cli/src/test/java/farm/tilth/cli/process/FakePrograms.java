package farm.tilth.cli.process;

import java.nio.file.Path;
import java.util.List;

/** Tiny programs of this test folder in the place of a farm's. */
record FakePrograms() implements Programs {
    @Override
    public List<String> coordinatorCommand() {
        return java(FakeCoordinator.class);
    }

    @Override
    public List<String> workerCommand(WorkerKind kind) {
        return java(FakeWorker.class);
    }

    @Override
    public List<String> chainCommand(int port, Path state) {
        return java(FakeWorker.class);
    }

    static List<String> java(Class<?> main) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }
}
