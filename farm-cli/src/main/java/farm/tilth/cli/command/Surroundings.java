package farm.tilth.cli.command;

import farm.tilth.cli.process.Installation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command knows of the machine that it runs on.
 *
 * @param out for results
 * @param err for progress and errors
 * @param terminal whether progress may be written over itself
 */
public record Surroundings(
        Map<String, String> environment,
        Installation installation,
        PrintStream out,
        PrintStream err,
        boolean terminal) {
    /** This process's. The script names the checkout in TILTH_HOME; without it, it is the current folder. */
    static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        Path root = Path.of(Optional.ofNullable(environment.get("TILTH_HOME")).orElse("."));
        boolean terminal = System.console() != null && System.console().isTerminal();
        return new Surroundings(environment, Installation.at(root), System.out, System.err, terminal);
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
