package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import picocli.CommandLine.Command;

/** Shows what an owner has earned. */
@Command(
        name = "earnings",
        description = "What the account's workers earned, and what of it can be claimed on the farm's chain.",
        mixinStandardHelpOptions = true)
final class EarningsCommand extends FarmCommand {
    private static final String ROW = "%-10s %16s T   %s";

    EarningsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(Farm farm, Console console) throws InterruptedException {
        JsonNode earnings = farm.client().get("/api/v1/earnings");
        say(earnings, console);
        console.document(earnings);
        return 0;
    }

    static void say(JsonNode earnings, Console console) {
        line(earnings, "earned", "by the workers, for good", console);
        line(earnings, "heldBack", "of tasks whose worker may still be found at fault", console);
        line(earnings, "published", "under the root on chain", console);
        line(earnings, "claimed", "of it", console);
        line(earnings, "claimable", "now: ./tilth claim", console);
        line(earnings, "pending", "closed, and claimable after its dispute window", console);
        console.say(
                earnings.has("address")
                        ? "it goes to " + earnings.path("address").asText()
                        : "it goes nowhere yet: ./tilth claim --to ADDRESS says where");
    }

    private static void line(JsonNode earnings, String field, String meaning, Console console) {
        if (earnings.has(field)) {
            console.say(ROW.formatted(field, Console.tokens(earnings.path(field).asLong()), meaning));
        }
    }
}
