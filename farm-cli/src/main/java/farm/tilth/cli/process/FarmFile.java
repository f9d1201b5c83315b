package farm.tilth.cli.process;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Address and first key of a farm, as its coordinator writes them to the data folder once it is ready. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FarmFile(String url, String key) {
    /** The file's name in the data folder. */
    public static final String NAME = "farm.json";

    /** Empty when there is no such file, or none that is complete. */
    public static Optional<FarmFile> read(Path data) {
        Path file = data.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            FarmFile farm = Json.MAPPER.readValue(Files.readString(file), FarmFile.class);
            return farm.url() == null || farm.key() == null ? Optional.empty() : Optional.of(farm);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "FarmFile[url=" + url + "]";
    }
}
