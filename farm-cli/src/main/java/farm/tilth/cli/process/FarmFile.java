package farm.tilth.cli.process;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Address and first key of a farm, in its data folder while it is ready. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FarmFile(String url, String key) {
    /** The file's name in the data folder. */
    public static final String NAME = "farm.json";
    /** The coordinator's own: it is ready then, but its workers have not joined yet. */
    static final String COORDINATOR = "coordinator.json";

    /** Empty when there is no such file, or none that is complete. */
    public static Optional<FarmFile> read(Path data) {
        return read(data, NAME);
    }

    static Optional<FarmFile> read(Path data, String name) {
        Path file = data.resolve(name);
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

    /** Says that the whole farm is ready; readable by its owner alone, whole or not at all. */
    void write(Path data) throws IOException {
        Path fresh = Files.createTempFile(
                data, NAME, ".new", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, Json.write(this) + "\n");
        Files.move(fresh, data.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public String toString() {
        return "FarmFile[url=" + url + "]";
    }
}
