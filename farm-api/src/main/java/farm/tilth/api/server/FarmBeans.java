package farm.tilth.api.server;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.SigningKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The things that the whole coordinator shares: its folder, its key, its clock and its form of JSON. */
@ApplicationScoped
class FarmBeans {
    private static final int MAX_JSON_DEPTH = 64;

    @Produces
    @Singleton
    DataFolder dataFolder(
            @ConfigProperty(name = "tilth.data") String data,
            @ConfigProperty(name = "tilth.announcement", defaultValue = DataFolder.ANNOUNCEMENT) String announcement) {
        return new DataFolder(Path.of(data), announcement);
    }

    @Produces
    @Singleton
    SigningKey farmKey(DataFolder folder) throws IOException {
        return SigningKey.loadOrCreate(folder.signingKey());
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    RandomGenerator random() {
        return new SecureRandom();
    }

    /** Requests and answers have the form of {@link Json}; an unknown field or a deep nest is refused. */
    @Produces
    @Singleton
    ObjectMapper mapper() {
        ObjectMapper mapper = Json.MAPPER.copy();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_JSON_DEPTH)
                        .build());
        return mapper;
    }
}
