package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import picocli.CommandLine.Command;

/** Lists workers. */
@Command(
        name = "workers",
        description = "The account's workers; for an operator, all of them.",
        mixinStandardHelpOptions = true)
final class WorkersCommand extends FarmCommand {
    private static final String ROW = "%-20s  %-9s  %-8s  %8s  %14s  %14s  %s";

    WorkersCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(Farm farm, Console console) throws InterruptedException {
        JsonNode answer = farm.client().get("/api/v1/workers");
        console.say(ROW.formatted("name", "state", "", "accepted", "earned (T)", "of it held (T)", "device"));
        for (JsonNode worker : Documents.list(answer, "workers")) {
            console.say(ROW.formatted(
                    worker.path("name").asText(),
                    worker.path("connected").asBoolean() ? "connected" : "away",
                    worker.path("trusted").asBoolean() ? "trusted" : "",
                    worker.path("tasksAccepted").asText(),
                    Console.tokens(worker.path("earned").asLong()),
                    Console.tokens(worker.path("heldBack").asLong()),
                    worker.path("device").asText()));
        }
        console.document(answer);
        return 0;
    }
}
