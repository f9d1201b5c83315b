package farm.tilth.api.job;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskState;
import farm.tilth.protocol.task.TileBounds;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.jaxrs.OutboundSseEventImpl;

/** Turns the news of a job into events, with a virtual thread for each follower. */
@ApplicationScoped
class JobStream {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final int MAX_UNSENT = 100_000;

    private final JobEvents events;
    private final PostgresJobs jobs;
    private final PostgresViews views;
    private final JobConfig config;

    JobStream(JobEvents events, PostgresJobs jobs, PostgresViews views, JobConfig config) {
        this.events = events;
        this.jobs = jobs;
        this.views = views;
        this.config = config;
    }

    /** What a task event tells. */
    private record TaskEvent(
            int index,
            TaskState state,
            Optional<Integer> frame,
            Optional<TileBounds> tile,
            Optional<SampleRange> samples) {
        static TaskEvent of(TaskView task) {
            TaskSpec spec = Json.read(task.spec(), TaskSpec.class);
            return spec instanceof TaskSpec.RenderTile tile
                    ? new TaskEvent(
                            task.index(),
                            task.state(),
                            Optional.of(tile.frame()),
                            Optional.of(tile.tile()),
                            Optional.of(tile.samples()))
                    : new TaskEvent(task.index(), task.state(), Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    Multi<OutboundSseEvent> of(Job job) {
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            Follower follower = events.follow(job.id());
                            emitter.onTermination(() -> {
                                events.leave(follower);
                                follower.wake();
                            });
                            Thread.ofVirtual().name("job events").start(() -> follow(follower, emitter));
                        },
                        MAX_UNSENT);
    }

    private void follow(Follower follower, MultiEmitter<? super OutboundSseEvent> out) {
        try {
            Set<String> told = new HashSet<>();
            boolean over = tell(follower.job(), told, out);
            while (!over && !out.isCancelled()) {
                if (!follower.await(KEEP_ALIVE)) {
                    out.emit(new OutboundSseEventImpl.BuilderImpl().comment("").build());
                    continue;
                }
                tellTasks(follower, out);
                over = tell(follower.job(), told, out);
                Thread.sleep(config.eventInterval());
            }
            out.complete();
        } catch (InterruptedException | RuntimeException e) {
            out.fail(e);
        } finally {
            events.leave(follower);
        }
    }

    private void tellTasks(Follower follower, MultiEmitter<? super OutboundSseEvent> out) {
        if (follower.isOverflown()) {
            throw new FarmException(ErrorCode.TOO_MANY_REQUESTS, "the follower is too slow; follow again");
        }
        List<Integer> changed = follower.take();
        if (!changed.isEmpty()) {
            views.tasks(find(follower.job()), changed)
                    .await()
                    .atMost(DATABASE_TIMEOUT)
                    .forEach(task -> out.emit(event("task", TaskEvent.of(task))));
        }
    }

    /** Tells the job and its new outputs; whether the job is over. */
    private boolean tell(JobId id, Set<String> told, MultiEmitter<? super OutboundSseEvent> out) {
        Job job = find(id);
        JobView view = views.job(job).await().atMost(DATABASE_TIMEOUT);
        for (AssemblyManifest.Output output : view.outputs()) {
            if (told.add(output.name())) {
                out.emit(event("output", output));
            }
        }
        out.emit(event("job", view));
        return job.state().isFinal();
    }

    private Job find(JobId id) {
        return jobs.find(id)
                .await()
                .atMost(DATABASE_TIMEOUT)
                .orElseThrow(() -> new FarmException(ErrorCode.NOT_FOUND, "there is no job " + id));
    }

    private static OutboundSseEvent event(String name, Object data) {
        return new OutboundSseEventImpl.BuilderImpl()
                .name(name)
                .mediaType(jakarta.ws.rs.core.MediaType.TEXT_PLAIN_TYPE)
                .data(Json.write(data))
                .build();
    }
}
