package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The program {@code tilth}. Exit codes: 0 done, 1 failed, 2 not understood. */
@Command(
        name = "tilth",
        description = "A render and inference farm whose results are functions of their inputs, to the bit.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        version = "tilth 0.1.0")
public final class TilthMain {
    private TilthMain() {}

    public static void main(String[] args) {
        System.exit(commandLine(Surroundings.ofProcess()).execute(args));
    }

    static CommandLine commandLine(Surroundings surroundings) {
        CommandLine tilth = new CommandLine(new TilthMain())
                .addSubcommand(new DemoCommand(surroundings))
                .addSubcommand(new UpCommand(surroundings))
                .addSubcommand(new WorkerCommand(surroundings))
                .addSubcommand(new RenderCommand(surroundings))
                .addSubcommand(new InferCommand(surroundings))
                .addSubcommand(group(new JobCommand(), JobCommand.subcommands(surroundings)))
                .addSubcommand(group(new LedgerCommand(), LedgerCommand.subcommands(surroundings)))
                .addSubcommand(group(new ReceiptCommand(), ReceiptCommand.subcommands(surroundings)))
                .addSubcommand(group(new KeyCommand(), KeyCommand.subcommands(surroundings)))
                .addSubcommand(group(new ModelsCommand(), ModelsCommand.subcommands(surroundings)))
                .addSubcommand(group(new WalletCommand(), WalletCommand.subcommands(surroundings)))
                .addSubcommand(new WorkersCommand(surroundings))
                .addSubcommand(new EarningsCommand(surroundings))
                .addSubcommand(new ClaimCommand(surroundings));
        return tilth.setOut(new PrintWriter(surroundings.out(), true))
                .setErr(new PrintWriter(surroundings.err(), true))
                .setExecutionExceptionHandler((e, command, parsed) -> fail(e, parsed, surroundings));
    }

    private static CommandLine group(Object command, Object... subcommands) {
        CommandLine group = new CommandLine(command);
        for (Object subcommand : subcommands) {
            group.addSubcommand(subcommand);
        }
        return group;
    }

    private static int fail(Exception e, ParseResult parsed, Surroundings surroundings) throws Exception {
        if (!(e instanceof FarmException failure)) {
            throw e;
        }
        surroundings.err().println("tilth: " + failure.getMessage());
        if (asksForJson(parsed)) {
            ObjectNode document = Json.MAPPER.createObjectNode();
            document.putObject("error").put("code", failure.code().name()).put("detail", failure.getMessage());
            surroundings.out().println(document);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static boolean asksForJson(ParseResult parsed) {
        return Arrays.asList("--json", "--json=true").stream().anyMatch(parsed.originalArgs()::contains);
    }
}
