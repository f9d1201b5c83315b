package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches receipts, and checks them without the farm. */
@Command(
        name = "receipt",
        description = "Fetch a job's receipt; check one without the farm.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class ReceiptCommand {
    /** The commands that are below this one. */
    static Object[] subcommands(Surroundings surroundings) {
        return new Object[] {new Get(surroundings), new Verify(surroundings)};
    }

    /** {@code receipt get}. */
    @Command(name = "get", description = "Fetch a job's receipt.", mixinStandardHelpOptions = true)
    static final class Get extends FarmCommand {
        @Parameters(paramLabel = "JOB")
        private String job;

        @Option(
                names = {"-o", "--out"},
                required = true,
                paramLabel = "FILE")
        private Path out;

        Get(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode receipt = farm.receipt(job);
            try {
                Files.writeString(out, receipt + "\n");
            } catch (IOException e) {
                throw new FarmException(ErrorCode.OUT_OF_RESOURCES, out + " cannot be written: " + e, e);
            }
            console.say("wrote " + out);
            console.document(receipt);
            return 0;
        }
    }

    /** {@code receipt verify}. */
    @Command(
            name = "verify",
            description = "Check signatures, Merkle proofs, challenges and sums of a receipt. Exit code 1: something "
                    + "in it does not hold.",
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        private static final long MAX_BYTES = 256L << 20;

        private final Surroundings surroundings;

        @Parameters(paramLabel = "FILE")
        private Path file;

        @Option(names = "--json", description = "Print exactly one JSON document.")
        private boolean json;

        Verify(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            Console console = new Console(surroundings, json);
            Receipt receipt = read();
            List<String> findings = ReceiptCheck.findings(receipt);
            findings.forEach(finding -> console.say("does not hold: " + finding));
            if (findings.isEmpty()) {
                console.say("the receipt of job " + receipt.job() + " holds: "
                        + receipt.tasks().size() + " tasks, paid "
                        + Console.tokens(receipt.totals().paid()) + " T, fees "
                        + Console.tokens(receipt.totals().fees()) + " T");
            }
            console.document(Map.of(
                    "valid",
                    findings.isEmpty(),
                    "findings",
                    findings,
                    "job",
                    receipt.job().toString()));
            return findings.isEmpty() ? 0 : 1;
        }

        private Receipt read() {
            try {
                if (Files.size(file) > MAX_BYTES) {
                    throw new FarmException(ErrorCode.TOO_LARGE, file + " is too large for a receipt");
                }
                return Json.read(Files.readString(file), Receipt.class);
            } catch (IOException e) {
                throw new FarmException(ErrorCode.NOT_FOUND, file + " cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
