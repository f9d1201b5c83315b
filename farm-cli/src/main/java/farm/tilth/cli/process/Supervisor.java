package farm.tilth.cli.process;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A farm on this machine: the coordinator and its workers, each a process of its own. A process that dies is started
 * again; {@link #close} ends them all, and they end themselves when this process is killed. Thread-safe.
 */
public final class Supervisor implements AutoCloseable {
    private static final Duration WORKER_PATIENCE = Duration.ofSeconds(8);
    private static final Duration COORDINATOR_PATIENCE = Duration.ofSeconds(30);
    private static final Duration POSTGRES_PATIENCE = Duration.ofSeconds(10);

    private final FarmSettings settings;
    private final Programs programs;
    private final Consumer<String> notices;
    private final CompletableFuture<FarmException> failure = new CompletableFuture<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("restarts").factory());
    private final List<Keeper> workers = new ArrayList<>();
    private DataFolder folder;
    private Keeper coordinator;
    private Optional<Keeper> chain = Optional.empty();
    private Optional<URI> chainUrl = Optional.empty();
    private boolean closed;

    private Supervisor(FarmSettings settings, Programs programs, Consumer<String> notices) {
        this.settings = settings;
        this.programs = programs;
        this.notices = notices;
    }

    /**
     * Starts the farm and waits until it is ready. When the start fails, or this process is ended meanwhile, nothing
     * stays behind.
     *
     * @param notices what people should know while it runs
     */
    public static Supervisor start(FarmSettings settings, Programs programs, Consumer<String> notices)
            throws InterruptedException {
        Supervisor supervisor = new Supervisor(settings, programs, notices);
        Runtime.getRuntime().addShutdownHook(new Thread(supervisor::close, "stop-farm"));
        try {
            supervisor.launch();
            return supervisor;
        } catch (FarmException | InterruptedException e) {
            supervisor.close();
            throw e;
        }
    }

    private void launch() throws InterruptedException {
        checkPort(settings.port());
        synchronized (this) {
            checkOpen();
            folder = DataFolder.lock(settings.data());
            retract();
            LocalChain local = LocalChain.of(settings);
            chain = local.program(programs, log("chain")).map(this::keeper);
            chain.ifPresent(Keeper::start);
            chainUrl = local.url();
            coordinator = keeper(coordinatorProgram(local));
            coordinator.start();
        }
        Readiness readiness = new Readiness(settings, failure);
        FarmFile farm = readiness.await(coordinator);
        synchronized (this) {
            checkOpen();
            settings.workers().forEach((kind, count) -> {
                for (int i = 1; i <= count; i++) {
                    workers.add(keeper(workerProgram(kind, i, farm)));
                }
            });
            workers.forEach(Keeper::start);
        }
        if (!readiness.awaitWorkers(workers.size())) {
            notices.accept("not all workers have joined yet; their logs are in "
                    + settings.data().resolve("logs"));
        }
        announce(farm);
    }

    private synchronized void announce(FarmFile farm) {
        checkOpen();
        try {
            farm.write(settings.data());
        } catch (IOException e) {
            throw new FarmException(ErrorCode.UNAVAILABLE, "cannot write to " + settings.data() + ": " + e, e);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new FarmException(ErrorCode.UNAVAILABLE, "the farm was stopped while it started");
        }
    }

    private Keeper keeper(Program program) {
        return new Keeper(program, RestartPolicy.DEFAULT, timer, notices, failure::complete);
    }

    private Program coordinatorProgram(LocalChain local) {
        Map<String, String> environment = new HashMap<>(local.environment());
        environment.put("TILTH_DATA", settings.data().toString());
        environment.put("TILTH_PORT", String.valueOf(settings.port()));
        environment.put("TILTH_ANNOUNCEMENT", FarmFile.COORDINATOR);
        environment.put("TILTH_EXIT_WITH_PARENT", "true");
        return new Program("farm-api", programs.coordinatorCommand(), environment, log("farm-api"));
    }

    private Program workerProgram(WorkerKind kind, int number, FarmFile farm) {
        String name = kind.label() + "-" + number;
        List<String> command = new ArrayList<>(programs.workerCommand(kind));
        command.addAll(workerArguments(
                kind, farm.url(), settings.data().resolve("workers").resolve(name), name));
        return new Program(name, command, Map.of("TILTH_KEY", farm.key()), log(name));
    }

    /** The arguments of the worker program; the key travels in its environment. */
    public static List<String> workerArguments(WorkerKind kind, String url, Path data, String name) {
        List<String> arguments = new ArrayList<>(
                List.of("--farm", url, "--data", data.toString(), "--name", name, "--exit-with-parent"));
        if (kind == WorkerKind.TRUSTED) {
            arguments.add("--trusted");
        }
        return arguments;
    }

    private Path log(String name) {
        return settings.data().resolve("logs").resolve(name + ".log");
    }

    /** The farm's address and first key. */
    public FarmFile farm() {
        return FarmFile.read(settings.data())
                .orElseThrow(() -> new FarmException(
                        ErrorCode.UNAVAILABLE,
                        settings.data().resolve(FarmFile.NAME) + " is missing; start the farm again"));
    }

    /** The JSON-RPC address of the chain on this machine, if there is one. */
    public synchronized Optional<URI> chainUrl() {
        return chainUrl;
    }

    /** The process of a part of the farm at present: "farm-api", "render-1". */
    public Optional<ProcessHandle> process(String name) {
        List<Keeper> all = new ArrayList<>();
        synchronized (this) {
            all.add(coordinator);
            all.addAll(workers);
        }
        return all.stream()
                .filter(keeper -> keeper.program().name().equals(name))
                .findFirst()
                .flatMap(keeper -> ProcessHandle.of(keeper.pid()));
    }

    /** The embedded PostgreSQL's process, if there is one. */
    public Optional<ProcessHandle> postgres() throws IOException {
        return Postmaster.find(settings.data());
    }

    /** Returns only when a part of the farm died too often to be started again: the reason. */
    public FarmException awaitFailure() throws InterruptedException {
        try {
            return failure.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void checkPort(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "port " + port + " is taken; choose another with --port (0 finds a free one)",
                    e);
        }
    }

    /** A port that is free at this moment. */
    public static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new FarmException(ErrorCode.UNAVAILABLE, "this machine has no free port", e);
        }
    }

    /** Ends the workers, then the coordinator, then its database; none of them outlives this. Safe to repeat. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        timer.shutdownNow();
        workers.forEach(Keeper::stop);
        workers.forEach(worker -> worker.awaitEnd(WORKER_PATIENCE));
        if (coordinator != null) {
            coordinator.stop();
            coordinator.awaitEnd(COORDINATOR_PATIENCE);
        }
        chain.ifPresent(Keeper::stop);
        chain.ifPresent(keeper -> keeper.awaitEnd(WORKER_PATIENCE));
        if (folder != null) {
            release(folder);
        }
    }

    /** What a farm that was killed left may not say that this one is ready. */
    private void retract() {
        try {
            Files.deleteIfExists(settings.data().resolve(FarmFile.NAME));
        } catch (IOException e) {
            throw new FarmException(ErrorCode.UNAVAILABLE, "cannot write to " + settings.data() + ": " + e, e);
        }
    }

    private void release(DataFolder held) {
        try {
            retract();
            try (held) {
                if (coordinator != null && !coordinator.refused()) { // else the folder, and the database, is another's
                    Postmaster.stop(settings.data(), POSTGRES_PATIENCE);
                }
            }
            if (settings.temporary()) {
                deleteFolder(settings.data());
            }
        } catch (IOException e) {
            notices.accept("the data folder " + settings.data() + " was not left clean: " + e);
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        List<Path> content;
        try (Stream<Path> files = Files.walk(folder)) {
            content = files.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : content) {
            Files.deleteIfExists(file);
        }
    }
}
