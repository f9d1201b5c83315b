package farm.tilth.api.job;

import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.protocol.task.ModelDescription;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** The models that connected workers offer. A registry of models may take its place. */
@DefaultBean
@ApplicationScoped
class OfferedModels implements Models {
    private final WorkerSessions workers;

    OfferedModels(WorkerSessions workers) {
        this.workers = workers;
    }

    @Override
    public Optional<ModelDescription> find(String name) {
        return offered().stream().filter(model -> model.name().equals(name)).findFirst();
    }

    @Override
    public List<String> names() {
        return offered().stream()
                .map(ModelDescription::name)
                .distinct()
                .sorted()
                .toList();
    }

    private List<ModelDescription> offered() {
        return workers.connected().stream()
                .flatMap(worker -> worker.models().stream())
                .toList();
    }
}
