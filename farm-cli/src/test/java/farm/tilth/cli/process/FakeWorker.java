package farm.tilth.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program that starts as a worker does: it writes down who it is, and ends with its parent. */
final class FakeWorker {
    private FakeWorker() {}

    public static void main(String[] args) throws IOException {
        List<String> arguments = List.of(args);
        Path data = Files.createDirectories(Path.of(arguments.get(arguments.indexOf("--data") + 1)));
        Files.writeString(data.resolve("arguments"), String.join(" ", args));
        Files.writeString(data.resolve("key"), System.getenv("TILTH_KEY"));
        if (Files.exists(data.resolveSibling("stubborn"))) {
            Runtime.getRuntime().addShutdownHook(new Thread(FakeWorker::hang));
        }
        Files.writeString(
                data.resolve("pid"), String.valueOf(ProcessHandle.current().pid()));
        awaitParent();
    }

    static void awaitParent() throws IOException {
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }

    private static void hang() {
        try {
            new java.util.concurrent.CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
