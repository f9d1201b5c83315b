package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;

/** Lists, as the farm gives them: bare, or in an object beside the place where the next page begins. */
final class Documents {
    private Documents() {}

    static JsonNode list(JsonNode answer, String name) {
        return answer.isArray() ? answer : answer.path(name);
    }
}
