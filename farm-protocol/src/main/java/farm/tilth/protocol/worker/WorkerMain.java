package farm.tilth.protocol.worker;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The worker program. Which tasks it can do depends on the modules on its classpath.
 *
 * <pre>TILTH_KEY=… java … farm.tilth.protocol.worker.WorkerMain --farm URL --data DIR
 *     [--name NAME] [--trusted] [--threads N] [--cache-bytes N] [--exit-with-parent]</pre>
 *
 * Exit status: 0 stopped, 1 failed or refused by the farm, 2 usage.
 */
public final class WorkerMain {
    private static final long DEFAULT_CACHE_BYTES = 16L << 30;

    private WorkerMain() {}

    public static void main(String[] args) throws InterruptedException {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n");
        WorkerConfig config;
        try {
            config = parse(List.of(args), System.getenv());
        } catch (FarmException e) {
            System.err.println("worker: " + e.getMessage());
            System.exit(2);
            return;
        }
        if (List.of(args).contains("--exit-with-parent")) {
            exitWithParent();
        }
        System.exit(run(config));
    }

    static WorkerConfig parse(List<String> args, Map<String, String> environment) {
        URI farm = null;
        Path data = null;
        String name = "worker";
        boolean trusted = false;
        int threads = Runtime.getRuntime().availableProcessors();
        long cacheBytes = DEFAULT_CACHE_BYTES;
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--farm" -> farm = farm(value(args, ++i));
                case "--data" -> data = Path.of(value(args, ++i));
                case "--name" -> name = value(args, ++i);
                case "--trusted" -> trusted = true;
                case "--threads" -> threads = (int) number(args, ++i, 1024);
                case "--cache-bytes" -> cacheBytes = number(args, ++i, Long.MAX_VALUE);
                case "--exit-with-parent" -> {}
                default -> throw usage("there is no option '" + args.get(i) + "'");
            }
        }
        String key = environment.getOrDefault("TILTH_KEY", "");
        if (farm == null || data == null || key.isBlank()) {
            throw usage("--farm URL, --data DIR and the environment's TILTH_KEY are needed");
        }
        return new WorkerConfig(farm, key.strip(), data, name, trusted, threads, cacheBytes);
    }

    private static URI farm(String text) {
        try {
            URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "--farm: '" + text + "' is not a URL", e);
        }
        throw usage("--farm needs a URL such as http://127.0.0.1:8080, not '" + text + "'");
    }

    private static String value(List<String> args, int index) {
        if (index >= args.size()) {
            throw usage(args.get(index - 1) + " needs a value");
        }
        return args.get(index);
    }

    private static long number(List<String> args, int index, long max) {
        String text = value(args, index);
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, args.get(index - 1) + ": '" + text + "' is not a number", e);
        }
        throw usage(args.get(index - 1) + " must be from 1 to " + max);
    }

    private static FarmException usage(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }

    private static int run(WorkerConfig config) throws InterruptedException {
        try {
            Files.createDirectories(config.data());
            try (FileChannel lockFile = FileChannel.open(
                            config.data().resolve("worker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = lockFile.tryLock()) {
                if (lock == null) {
                    System.err.println(
                            "worker: another worker runs in " + config.data() + "; give each its own --data");
                    return 1;
                }
                runLoop(config);
                return 0;
            }
        } catch (FarmException e) {
            System.err.println("worker: " + e.code() + ": " + e.getMessage());
            return 1;
        } catch (IOException e) {
            System.err.println("worker: the folder " + config.data() + " cannot be used: " + e);
            return 1;
        }
    }

    private static void runLoop(WorkerConfig config) throws IOException, InterruptedException {
        SigningKey identity = SigningKey.loadOrCreate(config.data().resolve("worker.key"));
        List<TaskExecutor> executors = new ArrayList<>();
        for (TaskExecutorFactory factory : ServiceLoader.load(TaskExecutorFactory.class)) {
            executors.addAll(factory.open(config));
        }
        if (executors.isEmpty()) {
            throw new FarmException(ErrorCode.NO_WORKER, "nothing on this worker's classpath can do any task here");
        }
        try (WorkerLoop loop = new WorkerLoop(config, identity, executors)) {
            Runtime.getRuntime().addShutdownHook(new Thread(loop::close, "stop"));
            loop.run();
        }
    }

    /** Ends this process when the one that started it is gone: its end of the standard input's pipe closes. */
    private static void exitWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            continue;
                        }
                    } catch (IOException e) {
                        System.err.println("worker: standard input failed: " + e);
                    }
                    System.exit(0);
                },
                "parent watch");
        watch.setDaemon(true);
        watch.start();
    }
}
