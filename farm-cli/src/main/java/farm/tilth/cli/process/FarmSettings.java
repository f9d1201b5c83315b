package farm.tilth.cli.process;

import static java.util.stream.Collectors.joining;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a farm on this machine consists of.
 *
 * @param data the folder of everything that it keeps
 * @param port of the loopback interface
 * @param workers how many of each kind
 * @param startTimeout how long the coordinator may take until it is ready
 * @param temporary whether the data folder is removed when the farm stops
 * @param chain whether payouts are settled on a chain that runs on this machine too
 */
public record FarmSettings(
        Path data,
        int port,
        Map<WorkerKind, Integer> workers,
        Duration startTimeout,
        boolean temporary,
        boolean chain) {
    /** The most workers of one kind that one machine starts. */
    public static final int MAX_WORKERS = 64;
    /** One worker of each kind. */
    public static final String DEFAULT_WORKERS = "render=1,inference=1,trusted=1";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);

    public FarmSettings {
        data = data.toAbsolutePath().normalize();
        workers = Map.copyOf(workers);
    }

    public static FarmSettings of(Path data, int port, String workers) {
        return new FarmSettings(data, port, parseWorkers(workers), START_TIMEOUT, false, false);
    }

    /** A farm in a new folder, on a free port, of which nothing is left when it stops. */
    public static FarmSettings temporary(String workers) throws IOException {
        return new FarmSettings(
                Files.createTempDirectory("tilth-data"),
                Supervisor.freePort(),
                parseWorkers(workers),
                START_TIMEOUT,
                true,
                false);
    }

    /** The same with a chain, or without. */
    public FarmSettings withChain(boolean wanted) {
        return new FarmSettings(data, port, workers, startTimeout, temporary, wanted);
    }

    /** Reads "render=2,trusted=1"; a kind that is not named has no worker. */
    public static Map<WorkerKind, Integer> parseWorkers(String text) {
        Map<WorkerKind, Integer> counts = new EnumMap<>(WorkerKind.class);
        for (String part : text.split(",")) {
            if (!part.matches("[a-z]+=[0-9]{1,3}")) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "the workers are given as '" + DEFAULT_WORKERS + "'; '" + part + "' is not of that form");
            }
            int equals = part.indexOf('=');
            int count = Integer.parseInt(part.substring(equals + 1));
            if (count > MAX_WORKERS) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        count + " workers of one kind are too many for one machine; at most " + MAX_WORKERS);
            }
            counts.put(WorkerKind.parse(part.substring(0, equals)), count);
        }
        return counts;
    }

    /** For people: "1 render, 1 trusted". */
    public String describeWorkers() {
        return workers.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue() + " " + entry.getKey().label())
                .collect(joining(", "));
    }
}
