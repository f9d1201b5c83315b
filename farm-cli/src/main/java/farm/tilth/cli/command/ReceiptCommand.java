package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.CallReceipt;
import farm.tilth.protocol.result.CallReceiptCheck;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches receipts, and checks them without the farm. */
@Command(
        name = "receipt",
        description = "Fetch a job's receipt, or that of online calls; check one without the farm.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class ReceiptCommand {
    /** The commands that are below this one. */
    static Object[] subcommands(Surroundings surroundings) {
        return new Object[] {new Get(surroundings), new Calls(surroundings), new Verify(surroundings)};
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
            write(farm.receipt(job), out, console);
            return 0;
        }
    }

    private static void write(JsonNode receipt, Path out, Console console) {
        try {
            Files.writeString(out, receipt + "\n");
        } catch (IOException e) {
            throw new FarmException(ErrorCode.OUT_OF_RESOURCES, out + " cannot be written: " + e, e);
        }
        console.say("wrote " + out);
        console.document(receipt);
    }

    /** {@code receipt calls}. */
    @Command(
            name = "calls",
            description = "List the windows of some seconds in which online calls are paid, or fetch one's receipt.",
            mixinStandardHelpOptions = true)
    static final class Calls extends FarmCommand {
        private static final String ROW = "%-36s  %-30s  %s";

        @Parameters(paramLabel = "WINDOW", arity = "0..1", description = "Whose receipt; all are listed without one.")
        private UUID window;

        @Option(
                names = {"-o", "--out"},
                paramLabel = "FILE",
                description = "Where the receipt goes (default: calls-WINDOW.json).")
        private Path out;

        Calls(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            if (window != null) {
                JsonNode receipt = farm.client().get("/api/v1/calls/" + window + "/receipt");
                write(receipt, out == null ? Path.of("calls-" + window + ".json") : out, console);
                return 0;
            }
            JsonNode windows = farm.client().get("/api/v1/calls");
            console.say(ROW.formatted("window", "since", "cost (T)"));
            for (JsonNode one : windows) {
                console.say(ROW.formatted(
                        one.path("id").asText(),
                        one.path("openedAt").asText(),
                        one.has("cost") ? Console.tokens(one.path("cost").asLong()) : "open"));
            }
            console.document(windows);
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
            JsonNode receipt = read();
            return receipt.has("window")
                    ? say(
                            console,
                            CallReceiptCheck.findings(Json.MAPPER.convertValue(receipt, CallReceipt.class)),
                            receipt)
                    : say(console, ReceiptCheck.findings(Json.MAPPER.convertValue(receipt, Receipt.class)), receipt);
        }

        private static int say(Console console, List<String> findings, JsonNode receipt) {
            findings.forEach(finding -> console.say("does not hold: " + finding));
            String what = receipt.has("window") ? "window" : "job";
            if (findings.isEmpty()) {
                console.say(
                        "the receipt of " + what + " " + receipt.path(what).asText() + " holds: " + contents(receipt));
            }
            console.document(Map.of(
                    "valid",
                    findings.isEmpty(),
                    "findings",
                    findings,
                    what,
                    receipt.path(what).asText()));
            return findings.isEmpty() ? 0 : 1;
        }

        private static String contents(JsonNode receipt) {
            if (receipt.has("window")) {
                int calls = 0;
                for (JsonNode batch : receipt.path("batches")) {
                    calls += batch.path("calls").size();
                }
                return calls + " calls in " + receipt.path("batches").size() + " batches, cost "
                        + Console.tokens(receipt.path("cost").asLong()) + " T";
            }
            return receipt.path("tasks").size() + " tasks, paid "
                    + Console.tokens(receipt.at("/totals/paid").asLong()) + " T, fees "
                    + Console.tokens(receipt.at("/totals/fees").asLong()) + " T";
        }

        private JsonNode read() {
            try {
                if (Files.size(file) > MAX_BYTES) {
                    throw new FarmException(ErrorCode.TOO_LARGE, file + " is too large for a receipt");
                }
                return Json.read(Files.readString(file), JsonNode.class);
            } catch (IOException e) {
                throw new FarmException(ErrorCode.NOT_FOUND, file + " cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
