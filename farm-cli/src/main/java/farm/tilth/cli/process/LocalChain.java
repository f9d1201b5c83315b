package farm.tilth.cli.process;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The chain beside a farm on this machine, if it has one.
 *
 * @param port of the loopback interface; absent: there is no chain
 * @param state the file that keeps it
 */
record LocalChain(Optional<Integer> port, Path state) {
    private static final String EPOCH = "60S";

    static LocalChain of(FarmSettings settings) {
        Optional<Integer> port = settings.chain() ? Optional.of(Supervisor.freePort()) : Optional.empty();
        return new LocalChain(port, settings.data().resolve("chain.json"));
    }

    Optional<Program> program(Programs programs, Path log) {
        return port.map(number -> new Program("chain", programs.chainCommand(number, state), Map.of(), log));
    }

    Optional<URI> url() {
        return port.map(number -> URI.create("http://127.0.0.1:" + number));
    }

    /** What the coordinator is told of it. */
    Map<String, String> environment() {
        return url().map(address -> Map.of(
                        "TILTH_CHAIN_URL",
                        address.toString(),
                        "TILTH_CHAIN_LOCAL",
                        "true",
                        "TILTH_PAYOUT_EPOCH",
                        EPOCH,
                        "TILTH_STAKE_OBJECTION",
                        "0S"))
                .orElse(Map.of());
    }
}
