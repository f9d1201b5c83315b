package farm.tilth.api.job;

import farm.tilth.api.lease.Dispatcher;
import farm.tilth.api.upload.Blobs;
import farm.tilth.api.upload.Scenes;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.SceneReport;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds what of a job can be put together, has trusted workers do it, and lists the files. Blocks. */
@ApplicationScoped
class Assembly {
    /** The program that merges frames and writes files. */
    static final String PICTURE_ENGINE = "assembly-3";

    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
    private static final long MAX_RESULT_BYTES = 64 << 20;
    private static final int BATCH = 64;

    private final PostgresFrames frames;
    private final PostgresJobs jobs;
    private final Blobs blobs;
    private final Scenes scenes;
    private final Dispatcher dispatcher;

    Assembly(PostgresFrames frames, PostgresJobs jobs, Blobs blobs, Scenes scenes, Dispatcher dispatcher) {
        this.frames = frames;
        this.jobs = jobs;
        this.blobs = blobs;
        this.scenes = scenes;
        this.dispatcher = dispatcher;
    }

    /** How a job ends. */
    record Ending(JobState state, Optional<Job.Failure> failure) {
        static final Ending COMPLETED = new Ending(JobState.COMPLETED, Optional.empty());
    }

    /** Takes the job as far as it can go now; the ending, when it has come to one. */
    Optional<Ending> advance(Job job) {
        PostgresFrames.Progress progress = await(frames.progress(job.id()));
        if (progress.failure().isPresent()) {
            return Optional.of(failed(job, Job.Failure.parse(progress.failure().get())));
        }
        if (job.order() instanceof Order.Inspect) {
            return progress.report().map(result -> inspected(job, result));
        }
        queueDue(job);
        goOn(job);
        PostgresFrames.Progress now = await(frames.progress(job.id()));
        if (now.computing() || hasSteps(job) && now.stepping()) {
            return Optional.empty();
        }
        await(jobs.assembling(job.id()));
        return finish(job, now);
    }

    private Ending failed(Job job, Job.Failure failure) {
        if (job.order() instanceof Order.Inspect) {
            await(scenes.refused(job.id().value(), failure.code(), failure.detail()));
        }
        return new Ending(JobState.FAILED, Optional.of(failure));
    }

    private Ending inspected(Job job, Digest result) {
        await(scenes.inspected(job.id().value(), read(result, SceneReport.class)));
        return Ending.COMPLETED;
    }

    private void queueDue(Job job) {
        List<Integer> due;
        do {
            due = await(frames.due(job.id(), BATCH));
            for (int frame : due) {
                await(frames.assemble(job.id(), Optional.of(frame), spec(job, frame), engine(job)));
            }
            if (!due.isEmpty()) {
                dispatcher.wake();
            }
        } while (due.size() == BATCH);
    }

    private TaskSpec spec(Job job, int frame) {
        List<PostgresFrames.Part> parts = await(frames.parts(job.id(), frame));
        return switch (job.order()) {
            case Order.Render render ->
                new TaskSpec.AssembleFrame(
                        job.plan(), frame, parts.stream().map(Assembly::tile).toList());
            case Order.Embed embed ->
                new TaskSpec.AssembleRows(
                        job.plan(), parts.stream().map(Assembly::batch).toList());
            case Order.Inspect inspect -> throw new IllegalStateException("an inspection has no frames");
        };
    }

    private static TaskSpec.TilePart tile(PostgresFrames.Part part) {
        TaskSpec.RenderTile spec = (TaskSpec.RenderTile) part.spec();
        return new TaskSpec.TilePart(spec.tile(), spec.samples(), part.result());
    }

    private static TaskSpec.BatchPart batch(PostgresFrames.Part part) {
        TaskSpec.InferBatch spec = (TaskSpec.InferBatch) part.spec();
        return new TaskSpec.BatchPart(spec.firstRow(), spec.endRow(), part.result());
    }

    private static String engine(Job job) {
        return job.order() instanceof Order.Embed embed ? embed.plan().engine() : PICTURE_ENGINE;
    }

    private static boolean hasSteps(Job job) {
        return job.order() instanceof Order.Render render && !render.steps().isEmpty();
    }

    /** Takes every frame whose last task was accepted one further: to its next model, or to its files. */
    private void goOn(Job job) {
        List<PostgresFrames.Assembled> done;
        do {
            done = await(frames.assembled(job.id(), BATCH));
            for (PostgresFrames.Assembled assembled : done) {
                next(job, assembled)
                        .ifPresentOrElse(
                                next -> await(frames.goOn(job.id(), assembled, next)), () -> list(job, assembled));
            }
            if (!done.isEmpty()) {
                dispatcher.wake();
            }
        } while (done.size() == BATCH);
    }

    private Optional<FrameSteps.Next> next(Job job, PostgresFrames.Assembled done) {
        if (!hasSteps(job)) {
            return Optional.empty();
        }
        Order.Render order = (Order.Render) job.order();
        return switch (done.spec()) {
            case TaskSpec.AssembleFrame merged -> {
                AssemblyManifest manifest = read(done.result(), AssemblyManifest.class);
                Digest picture = manifest.outputs().getFirst().digest();
                yield Optional.of(FrameSteps.first(job, order, done.frame(), picture));
            }
            case TaskSpec.RunModel step ->
                Optional.of(FrameSteps.after(order, step, done.result(), await(frames.parts(job.id(), done.frame()))));
            default -> Optional.empty();
        };
    }

    private void list(Job job, PostgresFrames.Assembled done) {
        AssemblyManifest manifest = read(done.result(), AssemblyManifest.class);
        await(frames.outputs(job.id(), Optional.of(done.frame()), manifest));
    }

    private Optional<Ending> finish(Job job, PostgresFrames.Progress progress) {
        if (progress.unfinished() > 0) {
            return Optional.empty();
        }
        if (!(job.order() instanceof Order.Render render) || render.frames().size() == 1) {
            return Optional.of(Ending.COMPLETED);
        }
        if (progress.video().isEmpty()) {
            double rate = render.plan().shot().frames().framesPerSecond();
            TaskSpec video = new TaskSpec.AssembleVideo(job.plan(), await(frames.pictures(job.id())), rate);
            await(frames.assemble(job.id(), Optional.empty(), video, PICTURE_ENGINE));
            dispatcher.wake();
            return Optional.empty();
        }
        if (!progress.video().get().equals(TaskState.ACCEPTED.name())) {
            return Optional.empty();
        }
        Digest result = progress.videoResult().orElseThrow();
        await(frames.outputs(job.id(), Optional.empty(), read(result, AssemblyManifest.class)));
        return Optional.of(Ending.COMPLETED);
    }

    private <T> T read(Digest result, Class<T> type) {
        try {
            ResultFile file = ResultFile.parse(blobs.bytes(result, MAX_RESULT_BYTES));
            return Json.read(new String(file.blocks().getFirst().bytes(), StandardCharsets.UTF_8), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
