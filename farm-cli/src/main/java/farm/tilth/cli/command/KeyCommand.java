package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.protocol.Json;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Manages API keys; all but the own are an operator's. */
@Command(
        name = "key",
        description = "Make API keys, see what they used, limit them; all but the own need an operator's key.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class KeyCommand {
    private static final int PAGE = 500;

    /** The commands that are below this one. */
    static Object[] subcommands(Surroundings surroundings) {
        return new Object[] {new Create(surroundings), new Show(surroundings), new Limit(surroundings)};
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

        @Option(
                names = "--credit",
                paramLabel = "T",
                converter = TokenAmount.class,
                description = "What the account begins with, in T.")
        private Long credit;

        @Mixin
        private KeyLimitOptions limits = new KeyLimitOptions();

        Create(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            ObjectNode request = Json.MAPPER.createObjectNode().put("name", name);
            roles.forEach(role -> request.withArray("roles").add(role.name()));
            if (credit != null) {
                request.put("credit", credit);
            }
            limits.put(request);
            JsonNode made = farm.client().postUnrepeated("/api/v1/keys", request);
            console.say("account " + made.path("account").asText() + " ("
                    + roles.toString().toLowerCase(Locale.ROOT) + ")");
            console.say("key     " + made.path("key").asText() + "   (shown this once)");
            console.document(made);
            return 0;
        }
    }

    /** {@code key list}. */
    @Command(
            name = "list",
            description = "The account's keys and what they used, for an operator all; days and months are of UTC.",
            mixinStandardHelpOptions = true)
    static final class Show extends FarmCommand {
        private static final String ROW = "%-36s  %-16s  %10s  %12s  %11s  %13s  %s";

        Show(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            ArrayNode all = Json.MAPPER.createArrayNode();
            JsonNode page = farm.client().get("/api/v1/keys?limit=" + PAGE);
            while (!page.isEmpty()) {
                page.forEach(all::add);
                String last = page.get(page.size() - 1).at("/key/id").asText();
                page = farm.client().get("/api/v1/keys?limit=" + PAGE + "&after=" + last);
            }
            console.say(ROW.formatted(
                    "id", "name", "calls/day", "tokens/day", "calls/month", "tokens/month", "limits, cap (T)"));
            for (JsonNode standing : all) {
                say(standing, console);
            }
            console.document(all);
            return 0;
        }

        private static void say(JsonNode standing, Console console) {
            JsonNode key = standing.path("key");
            JsonNode used = standing.path("used");
            JsonNode cap = key.path("monthlyCap");
            console.say(ROW.formatted(
                    key.path("id").asText(),
                    key.path("name").asText(),
                    used.path("dayCalls").asText(),
                    used.path("dayTokens").asText(),
                    used.path("monthCalls").asText(),
                    used.path("monthTokens").asText(),
                    key.path("limits").toString().replaceAll("[{}\"]", "").replace(",", ", ")
                            + (cap.isNumber() ? " cap " + Console.tokens(cap.asLong()) : "")));
        }
    }

    /** {@code key limit}. */
    @Command(
            name = "limit",
            description = "Replace all limits of a key: what is not named here has none from now on.",
            mixinStandardHelpOptions = true)
    static final class Limit extends FarmCommand {
        @Parameters(paramLabel = "ID", description = "The key's id, as `key list` shows it.")
        private UUID id;

        @Mixin
        private KeyLimitOptions limits = new KeyLimitOptions();

        Limit(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            ObjectNode request = Json.MAPPER.createObjectNode();
            limits.put(request);
            JsonNode changed = farm.client().put("/api/v1/keys/" + id + "/limits", request);
            Show.say(changed, console);
            console.document(changed);
            return 0;
        }
    }
}
