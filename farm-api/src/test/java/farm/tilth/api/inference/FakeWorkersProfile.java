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
        return Map.ofEntries(
                Map.entry("tilth.inference.max-waiting-calls", "4"),
                Map.entry("tilth.inference.stream-calls", "3"),
                Map.entry("tilth.inference.batch-poll", "PT0.1S"),
                Map.entry("tilth.inference.batch-requests", "300"),
                Map.entry("tilth.job.rows-per-task", "8"),
                Map.entry("tilth.inference.deadline", "5S"),
                Map.entry("tilth.inference.patience", "PT0.3S"),
                Map.entry("tilth.inference.max-inputs", "40"),
                Map.entry("tilth.inference.max-tokens", "100"),
                Map.entry("tilth.inference.max-body-bytes", "100000"),
                Map.entry("tilth.inference.window-idle", "PT0.1S"),
                Map.entry("tilth.inference.audit-delay", "PT0.2S"),
                Map.entry("tilth.inference.probation", "4"),
                Map.entry("tilth.inference.hedge-after", "PT0.2S"),
                Map.entry("quarkus.scheduler.enabled", "true"));
    }
}
