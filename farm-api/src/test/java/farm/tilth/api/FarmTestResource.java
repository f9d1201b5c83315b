package farm.tilth.api;

import farm.tilth.api.server.EmbeddedPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Gives the tests a farm of their own: a data folder that is deleted at the end, and a real PostgreSQL in it. */
public final class FarmTestResource implements QuarkusTestResourceLifecycleManager {
    private static final Path PROGRAMS = Path.of("target", "postgres");

    private Path folder;
    private EmbeddedPostgres postgres;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("tilth-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        postgres = EmbeddedPostgres.start(folder.resolve("postgres"), PROGRAMS.toAbsolutePath());
        Map<String, String> settings = new HashMap<>(postgres.address().settings());
        settings.put("tilth.data", folder.toString());
        return settings;
    }

    @Override
    public void stop() {
        try {
            postgres.close();
            TestFolders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
