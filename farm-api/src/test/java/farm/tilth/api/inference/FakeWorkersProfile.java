package farm.tilth.api.inference;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** A farm whose inference workers are {@link FakeWorkers}, with limits that a test can reach. */
public final class FakeWorkersProfile implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
        return Set.of(FakeWorkers.class);
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "tilth.inference.max-waiting-calls", "4",
                "tilth.inference.deadline", "5S",
                "tilth.inference.patience", "PT0.3S",
                "tilth.inference.max-inputs", "40",
                "tilth.inference.max-tokens", "100",
                "tilth.inference.max-body-bytes", "100000",
                "quarkus.scheduler.enabled", "true");
    }
}
