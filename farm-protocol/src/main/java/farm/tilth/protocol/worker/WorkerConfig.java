package farm.tilth.protocol.worker;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How a worker runs.
 *
 * @param farm the coordinator: "http://127.0.0.1:8080"
 * @param key the API key of the worker's owner; never printed
 * @param data the worker's own folder: its identity and its cache
 * @param trusted whether it runs audits, inspection and assembly, instead of paid tasks
 * @param threads CPU threads that an executor may use
 * @param cacheBytes the most that the blob cache keeps on disk
 */
public record WorkerConfig(
        URI farm, String key, Path data, String name, boolean trusted, int threads, long cacheBytes) {
    public WorkerConfig {
        Objects.requireNonNull(farm);
        Objects.requireNonNull(key);
        Objects.requireNonNull(data);
        Objects.requireNonNull(name);
        if (threads < 1) {
            throw new IllegalArgumentException("a worker needs a thread");
        }
    }

    @Override
    public String toString() {
        return "WorkerConfig[farm=" + farm + ", name=" + name + ", trusted=" + trusted + ", threads=" + threads + "]";
    }
}
