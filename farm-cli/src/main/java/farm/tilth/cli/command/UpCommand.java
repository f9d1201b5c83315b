package farm.tilth.cli.command;

import farm.tilth.cli.process.FarmFile;
import farm.tilth.cli.process.FarmSettings;
import farm.tilth.cli.process.Supervisor;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a farm on this machine until it is interrupted. */
@Command(
        name = "up",
        description = "Start a farm on this machine and keep it running until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8080;

    private final Surroundings surroundings;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The folder of all that the farm keeps (default: tilth-data beside the script).")
    private Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The port on 127.0.0.1; 0 finds a free one (default: ${DEFAULT-VALUE}).")
    private int port = DEFAULT_PORT;

    @Option(
            names = "--workers",
            paramLabel = "KIND=N,…",
            description = "How many workers of each kind (default: ${DEFAULT-VALUE}).")
    private String workers = FarmSettings.DEFAULT_WORKERS;

    @Option(
            names = "--chain",
            description = "Settle payouts on a chain that runs on this machine too: see earnings and claim.")
    private boolean chain;

    @Option(names = "--json", description = "Print one JSON document: url, key and data, once the farm is ready.")
    private boolean json;

    UpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path folder = data == null ? surroundings.installation().defaultData() : data;
        FarmSettings settings = FarmSettings.of(folder, port == 0 ? Supervisor.freePort() : port, workers)
                .withChain(chain);
        surroundings.err().println("starting the farm in " + settings.data());
        try (Supervisor supervisor =
                Supervisor.start(settings, surroundings.installation(), surroundings.err()::println)) {
            announce(settings, supervisor.farm());
            FarmException failure = supervisor.awaitFailure();
            throw failure;
        }
    }

    private void announce(FarmSettings settings, FarmFile farm) {
        if (json) {
            surroundings
                    .out()
                    .println(Json.write(Map.of(
                            "url",
                            farm.url(),
                            "key",
                            farm.key(),
                            "data",
                            settings.data().toString())));
            return;
        }
        surroundings.out().println("the farm is at  " + farm.url());
        surroundings.out().println("its first key:  " + farm.key());
        surroundings.out().println("both are in     " + settings.data().resolve(FarmFile.NAME));
        surroundings.out().println("workers:        " + settings.describeWorkers());
        surroundings.out().println("Ctrl-C stops it.");
    }
}
