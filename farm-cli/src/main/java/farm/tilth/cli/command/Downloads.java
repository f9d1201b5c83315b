package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.OutputTarget;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Fetches a job's files and says what was fetched. */
final class Downloads {
    private Downloads() {}

    /** The document that {@code --json} prints: the job, and where its files are. */
    static ObjectNode fetch(Farm farm, Job job, OutputTarget target, Console console) throws InterruptedException {
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.set("job", farm.jobDocument(job.id()));
        ArrayNode files = document.putArray("files");
        for (Map.Entry<Path, Job.Output> place : target.places(job.outputs()).entrySet()) {
            console.progress("download " + place.getValue().name());
            farm.download(job.id(), place.getValue(), place.getKey());
            check(place.getKey(), place.getValue());
            console.say("wrote " + place.getKey());
            files.add(place.getKey().toString());
        }
        console.say("job " + job.id() + " cost "
                + Console.tokens(job.price().paid() + job.price().fees()) + " T");
        return document;
    }

    private static void check(Path file, Job.Output output) {
        try {
            if (output.digest() != null && !Digest.ofFile(file).hex().equals(output.digest())) {
                throw new FarmException(
                        ErrorCode.RESULT_REJECTED, file + " is not what the farm announced; fetch it again");
            }
        } catch (IOException e) {
            throw new FarmException(ErrorCode.OUT_OF_RESOURCES, file + " cannot be read back: " + e, e);
        }
    }
}
