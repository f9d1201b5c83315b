package farm.tilth.cli.command;

import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.LedgerExport;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.LedgerCheck;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The ledger for those who check it. */
final class LedgerExportCommands {
    private LedgerExportCommands() {}

    /** {@code ledger export}. */
    @Command(
            name = "export",
            description = "Write the farm's whole log and its signed anchors to a folder; needs an operator's key.",
            mixinStandardHelpOptions = true)
    static final class Export extends FarmCommand {
        @Parameters(
                paramLabel = "FOLDER",
                description = "Gets " + LedgerExport.LOG + " and " + LedgerExport.ANCHORS + ".")
        private Path folder;

        Export(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            LedgerExport export = new LedgerExport(folder);
            long transfers = export.fetch(farm);
            console.say("wrote " + transfers + " transfers to " + folder);
            console.document(Map.of("transfers", transfers, "folder", folder.toString()));
            return 0;
        }
    }

    /** {@code ledger verify}. */
    @Command(
            name = "verify",
            description = "Check an exported log against its anchors, without the farm: nothing was changed, added or "
                    + "taken away, no account spent what it had not. Exit code 1: something does not hold.",
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        private final Surroundings surroundings;

        @Parameters(paramLabel = "FOLDER", description = "What 'ledger export' wrote.")
        private Path folder;

        @Option(
                names = "--anchors",
                paramLabel = "FILE",
                description = "Anchors that were kept from before, instead of the exported ones.")
        private Path anchors;

        @Option(names = "--farm-key", paramLabel = "BASE64", description = "The key that must have signed the anchors.")
        private String farmKey;

        @Option(names = "--json", description = "Print exactly one JSON document.")
        private boolean json;

        Verify(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            Console console = new Console(surroundings, json);
            LedgerCheck.Outcome outcome = new LedgerExport(folder)
                    .check(
                            Optional.ofNullable(anchors),
                            Optional.ofNullable(farmKey).map(Verify::key));
            List<String> findings = outcome.findings();
            findings.forEach(finding -> console.say("does not hold: " + finding));
            if (outcome.holds()) {
                console.say("the log holds: " + outcome.transfers() + " transfers, of which the farm signed for "
                        + outcome.anchored());
            }
            console.document(Map.of(
                    "valid",
                    outcome.holds(),
                    "transfers",
                    outcome.transfers(),
                    "anchored",
                    outcome.anchored(),
                    "findings",
                    findings));
            return outcome.holds() ? 0 : 1;
        }

        private static byte[] key(String text) {
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST, "--farm-key is the base64 text that /api/v1/farm calls farmKey", e);
            }
        }
    }
}
