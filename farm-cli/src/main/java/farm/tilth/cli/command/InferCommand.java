package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.OutputTarget;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a model of the farm on texts: at once, or as a batch job. */
@Command(name = "infer", description = "Embed texts with a model of the farm.", mixinStandardHelpOptions = true)
final class InferCommand extends FarmCommand {
    @Parameters(paramLabel = "MODEL", description = "The model's name, for example all-minilm-l6-v2.")
    private String model;

    @ArgGroup(multiplicity = "1")
    private Input input;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "OUT",
            description = "Where the result goes: .json for texts (default: the standard output), .jsonl for a file.")
    private Path out;

    @Mixin
    private FollowOptions follow;

    InferCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** Either texts or a file. */
    static final class Input {
        @Option(
                names = "--text",
                required = true,
                paramLabel = "TEXT",
                description = "A text; may be given repeatedly.")
        private List<String> texts;

        @Option(
                names = "--file",
                required = true,
                paramLabel = "ROWS.jsonl",
                description = "A batch: one text a line, as a JSON string or an object with a string \"input\".")
        private Path file;
    }

    @Override
    int run(Farm farm, Console console) throws InterruptedException {
        if (input.file != null) {
            return batch(farm, console);
        }
        JsonNode answer = farm.embed(model, input.texts);
        if (out == null) {
            console.say(answer.toString());
        } else {
            write(answer);
            console.say("wrote " + out);
        }
        console.document(answer);
        return 0;
    }

    private int batch(Farm farm, Console console) throws InterruptedException {
        if (out == null) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a batch needs a place for its result: -o OUT.jsonl");
        }
        OutputTarget target = OutputTarget.of(out.toString());
        Digest rows = farm.upload(input.file, console::progress);
        ObjectNode request = Json.MAPPER.createObjectNode();
        request.putObject("embed").put("model", model).put("input", rows.hex());
        Job submitted = farm.submit(request);
        Job job = Farm.completed(follow.follow(farm, submitted.id(), console));
        console.document(Downloads.fetch(farm, job, target, console));
        return 0;
    }

    private void write(JsonNode answer) {
        try {
            Files.writeString(out, answer + "\n");
        } catch (IOException e) {
            throw new FarmException(ErrorCode.OUT_OF_RESOURCES, out + " cannot be written: " + e, e);
        }
    }
}
