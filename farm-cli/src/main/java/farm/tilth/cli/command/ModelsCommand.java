package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.ModelFolder;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists and uploads models. */
@Command(
        name = "models",
        description = "List the farm's models, or upload one.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class ModelsCommand {
    private static final String ROW = "%-28s  %-10s  %-12s  %-10s  %-10s  %s";

    /** The commands that are below this one. */
    static Object[] subcommands(Surroundings surroundings) {
        return new Object[] {new ListModels(surroundings), new Add(surroundings)};
    }

    /** {@code models list}. */
    @Command(name = "list", description = "The models that the farm serves.", mixinStandardHelpOptions = true)
    static final class ListModels extends FarmCommand {
        ListModels(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            JsonNode answer = farm.client().get("/api/v1/models");
            console.say(ROW.formatted("name", "state", "batches", "tolerance", "pictures", "version"));
            for (JsonNode model : Documents.list(answer, "models")) {
                console.say(row(model));
            }
            console.document(answer);
            return 0;
        }
    }

    private static String row(JsonNode model) {
        JsonNode calibration = model.path("description").path("calibration");
        return ROW.formatted(
                model.path("name").asText(),
                model.path("state").asText().toLowerCase(Locale.ROOT),
                calibration.isMissingNode()
                        ? ""
                        : calibration.path("batchInvariant").asBoolean() ? "shared" : "never shared",
                calibration.isMissingNode()
                        ? ""
                        : "%.1e".formatted(calibration.path("tolerance").asDouble()),
                pictures(model.path("description").path("picture")),
                model.path("version").asText().substring(0, 16));
    }

    /** How much larger a picture becomes, where the model takes pictures. */
    private static String pictures(JsonNode form) {
        return form.isMissingNode() ? "" : "× " + form.path("scale").asInt();
    }

    /** {@code models add}. */
    @Command(
            name = "add",
            description = "Upload an ONNX model; a trusted worker tries it before the farm serves it.",
            mixinStandardHelpOptions = true)
    static final class Add extends FarmCommand {
        @Parameters(paramLabel = "MODEL", description = "The .onnx file, or a folder with it and what belongs to it.")
        private Path model;

        @Option(names = "--name", required = true, paramLabel = "NAME", description = "What clients will call it.")
        private String name;

        @Option(
                names = "--tokenizer",
                paramLabel = "PATH",
                description = "The tokenizer.json in the folder, for a model that embeds texts.")
        private String tokenizer;

        @Option(names = "--max-tokens", paramLabel = "N", description = "The most tokens of a text.")
        private int maxTokens;

        @Option(names = "--labels", paramLabel = "FILE", description = "The classes' names, one a line.")
        private Path labels;

        @Option(
                names = "--sample",
                paramLabel = "PATH",
                description = "A request in the folder, as JSON of the Open Inference Protocol, to try the model on.")
        private String sample;

        Add(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int run(Farm farm, Console console) throws InterruptedException {
            ModelFolder folder = ModelFolder.of(model);
            ObjectNode request =
                    Json.MAPPER.createObjectNode().put("name", name).put("main", folder.main());
            ObjectNode files = request.putObject("files");
            for (Map.Entry<String, Path> file : folder.files().entrySet()) {
                files.put(
                        file.getKey(),
                        farm.upload(file.getValue(), console::progress).hex());
            }
            Optional.ofNullable(tokenizer).ifPresent(path -> request.put("tokenizer", path));
            Optional.ofNullable(sample).ifPresent(path -> request.put("sample", path));
            request.put("maxTokens", maxTokens);
            if (labels != null) {
                readLabels(request);
            }
            JsonNode ready = farm.registerModel(request, console::progress);
            console.say(row(ready));
            console.say(
                    "inspected in " + ready.path("inspection").path("sandbox").asText());
            ready.path("inspection").path("notes").forEach(note -> console.say("note: " + note.asText()));
            console.document(ready);
            return 0;
        }

        private void readLabels(ObjectNode request) {
            try {
                for (String label : Files.readAllLines(labels)) {
                    request.withArray("labels").add(label);
                }
            } catch (IOException e) {
                throw new FarmException(ErrorCode.NOT_FOUND, labels + " cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
