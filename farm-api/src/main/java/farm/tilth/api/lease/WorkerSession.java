package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.ModelDescription;
import java.util.List;
import java.util.UUID;

/**
 * A worker whose link is open, as it described itself.
 *
 * @param id names this link; a worker that comes back has another one
 * @param account whose worker it is
 * @param trusted runs audits and assembly, instead of paid work
 * @param models that it can run without fetching anything
 */
public record WorkerSession(
        UUID id,
        Digest worker,
        UUID account,
        String name,
        boolean trusted,
        List<EngineOffer> engines,
        List<ModelDescription> models) {
    public WorkerSession {
        engines = List.copyOf(engines);
        models = List.copyOf(models);
    }

    /** The engine of a task that any program of the right type may do: it is what says which program comes next. */
    public static final String ANY_ENGINE = "*";

    /** Whether the worker can do tasks of this kind on hardware that suits. */
    public boolean does(TaskKind kind, Hardware asked) {
        return skills().stream()
                .anyMatch(skill -> skill.kind().equals(kind) && skill.hardware().suits(asked));
    }

    /** The same link after the worker loaded or dropped models. */
    WorkerSession withModels(List<ModelDescription> now) {
        return new WorkerSession(id, worker, account, name, trusted, engines, now);
    }

    /** Everything that the worker can do. */
    public List<Skill> skills() {
        return engines.stream()
                .flatMap(e -> e.taskTypes().stream().map(type -> new Skill(kind(e.name(), type), e.hardware())))
                .distinct()
                .toList();
    }

    private static TaskKind kind(String engine, String type) {
        return new TaskKind(type.equals("inspectScene") ? ANY_ENGINE : engine, type);
    }

    /** Whether the worker has an engine that may run the model, once it has loaded it. */
    public boolean mayRun(ModelDescription model) {
        return engines.stream().anyMatch(engine -> model.runsOn(engine.name));
    }

    /** A program that the worker runs, the task types that it does with it, and the class of its device. */
    public record EngineOffer(String name, List<String> taskTypes, Hardware hardware) {
        public EngineOffer {
            taskTypes = List.copyOf(taskTypes);
        }
    }
}
