package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.Statement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at the ledger. */
@Command(
        name = "ledger",
        description =
                "Statement, balance, and what was not paid; export the whole ledger and check it without the farm.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class LedgerCommand {
    /** The commands that are below this one. */
    static Object[] subcommands(Surroundings surroundings) {
        return new Object[] {
            new StatementOf(surroundings),
            new Balance(surroundings),
            new Unpaid(surroundings),
            new LedgerExportCommands.Export(surroundings),
            new LedgerExportCommands.Verify(surroundings)
        };
    }

    /** {@code ledger statement}. */
    @Command(
            name = "statement",
            description = "Every posting of the account; for an operator, of the whole farm.",
            mixinStandardHelpOptions = true)
    static final class StatementOf extends FarmCommand {
        @Option(names = "--all", description = "The whole farm's; needs an operator's key. Its postings sum to 0.")
        private boolean all;

        @Option(names = "--csv", description = "Print comma-separated values; amounts in µT.")
        private boolean csv;

        StatementOf(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            Statement statement = Statement.fetch(farm, all);
            (csv ? statement.csv() : statement.lines()).forEach(console::say);
            console.document(statement.document());
            return 0;
        }
    }

    /** {@code ledger unpaid}. */
    @Command(
            name = "unpaid",
            description = "Work of the account's workers that was not paid, and why.",
            mixinStandardHelpOptions = true)
    static final class Unpaid extends FarmCommand {
        private static final String ROW = "%-30s  %-12s  %-44s  %14s  %s";
        private static final int SHOWN = 12;

        @Option(names = "--all", description = "Of all workers; needs an operator's key.")
        private boolean all;

        Unpaid(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode unpaid = farm.client().get("/api/v1/ledger/unpaid" + (all ? "?all=true" : ""));
            console.say(ROW.formatted("at", "worker", "task or call", "T", "reason"));
            for (JsonNode work : unpaid) {
                String worker = work.path("worker").asText();
                console.say(ROW.formatted(
                        work.path("at").asText(),
                        worker.substring(0, Math.min(SHOWN, worker.length())),
                        work.has("call")
                                ? work.path("call").asText()
                                : work.path("job").asText() + "/"
                                        + work.path("task").asText(),
                        work.has("amount") ? Console.tokens(work.path("amount").asLong()) : "?",
                        work.path("reason").asText()));
            }
            console.document(unpaid);
            return 0;
        }
    }

    /** {@code ledger balance}. */
    @Command(name = "balance", description = "What the account has.", mixinStandardHelpOptions = true)
    static final class Balance extends FarmCommand {
        Balance(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode account = farm.client().get("/api/v1/account");
            console.say(account.path("name").asText() + " has "
                    + Console.tokens(account.path("balance").asLong()) + " T");
            console.document(account);
            return 0;
        }
    }
}
