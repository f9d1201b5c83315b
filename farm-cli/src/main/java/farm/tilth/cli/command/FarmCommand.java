package farm.tilth.cli.command;

import farm.tilth.cli.client.Farm;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that talks to a farm and ends. */
abstract class FarmCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private FarmOptions farm;

    @Option(names = "--json", description = "Print exactly one JSON document; progress goes to the standard error.")
    private boolean json;

    FarmCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Does it; returns the exit code. */
    abstract int run(Farm farm, Console console) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        try (Farm connection = new Farm(farm.address(surroundings))) {
            return run(connection, new Console(surroundings, json));
        }
    }
}
