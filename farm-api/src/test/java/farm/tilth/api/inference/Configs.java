package farm.tilth.api.inference;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Configurations for tests without a farm. */
final class Configs {
    private Configs() {}

    /** The defaults, but for what is given as name and value in turn. */
    static <T> T of(Class<T> mapping, String... settings) {
        Map<String, String> own = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            own.put(settings[i], settings[i + 1]);
        }
        return new SmallRyeConfigBuilder()
                .withMapping(mapping)
                .withConverter(Duration.class, 100, new DurationConverter())
                .withSources(new PropertiesConfigSource(own, "test", 100))
                .build()
                .getConfigMapping(mapping);
    }
}
