package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.protocol.Json;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Manages API keys; an operator's. */
@Command(
        name = "key",
        description = "Make API keys; needs an operator's key.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class KeyCommand {
    /** The commands that are below this one. */
    static Object[] subcommands(Surroundings surroundings) {
        return new Object[] {new Create(surroundings)};
    }

    /** What a key may do. */
    enum Role {
        /** Jobs and inference. */
        CUSTOMER,
        /** Workers. */
        OWNER,
        /** Trusted workers, keys and credits. */
        OPERATOR
    }

    /** {@code key create}. */
    @Command(name = "create", description = "Make an account with a key.", mixinStandardHelpOptions = true)
    static final class Create extends FarmCommand {
        @Option(names = "--name", required = true, paramLabel = "NAME", description = "Whose it is.")
        private String name;

        @Option(
                names = "--roles",
                split = ",",
                paramLabel = "ROLE",
                description = "${COMPLETION-CANDIDATES}, with commas between (default: ${DEFAULT-VALUE}).")
        private List<Role> roles = List.of(Role.CUSTOMER);

        @Option(names = "--credit", paramLabel = "T", description = "What the account begins with, in T.")
        private double credit;

        @Option(
                names = "--monthly-cap",
                paramLabel = "T",
                description = "What the key's jobs may cost in a calendar month, in T (default: no limit).")
        private Double monthlyCap;

        Create(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            ObjectNode request = Json.MAPPER.createObjectNode().put("name", name);
            roles.forEach(role -> request.withArray("roles").add(role.name()));
            if (credit > 0) {
                request.put("credit", Math.round(credit * 1e6));
            }
            if (monthlyCap != null) {
                request.put("monthlyCap", Math.round(monthlyCap * 1e6));
            }
            JsonNode made = farm.client().postUnrepeated("/api/v1/keys", request);
            console.say("account " + made.path("account").asText() + " ("
                    + roles.toString().toLowerCase(Locale.ROOT) + ")");
            console.say("key     " + made.path("key").asText() + "   (shown this once)");
            console.document(made);
            return 0;
        }
    }
}
