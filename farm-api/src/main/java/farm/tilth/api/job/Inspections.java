package farm.tilth.api.job;

import farm.tilth.api.upload.SceneInspection;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.SceneFiles;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Inspections are jobs that cost nothing; each has its scene's id, so that asking twice makes one. */
@ApplicationScoped
class Inspections implements SceneInspection {
    private static final Receipt.Prices FREE = new Receipt.Prices(0, 0);

    private final PostgresJobs jobs;
    private final JobSteps steps;

    Inspections(PostgresJobs jobs, JobSteps steps) {
        this.jobs = jobs;
        this.steps = steps;
    }

    @Override
    public Uni<Void> request(UUID scene, SceneFiles files) {
        JobId job = new JobId(scene);
        Order order = new Order.Inspect(files);
        String request = Json.write(files);
        return jobs.accountOfScene(scene)
                .map(account -> new PostgresJobs.NewJob(
                        job, account, order, request, Digest.ofText(request), FREE, 0, Optional.empty()))
                .flatMap(jobs::insert)
                .invoke(() -> steps.look(job))
                .replaceWithVoid();
    }
}
