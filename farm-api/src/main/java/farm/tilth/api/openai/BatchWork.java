package farm.tilth.api.openai;

import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.job.EmbedRequest;
import farm.tilth.api.job.Job;
import farm.tilth.api.job.JobRequest;
import farm.tilth.api.job.JobService;
import farm.tilth.api.job.JobView;
import farm.tilth.api.job.Order;
import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.Repeating;
import farm.tilth.api.openai.BatchView.Problem;
import farm.tilth.api.server.DataFolder;
import farm.tilth.api.upload.Blobs;
import farm.tilth.api.upload.Download;
import farm.tilth.api.upload.Uploads;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.ModelDescription;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Takes batches from their files to their files: checks the input, orders one embedding job, waits for it, writes what
 * came of it. Every step can be repeated, wherever a process died: the job is ordered under the batch's own name, and
 * the files are functions of the input and the rows.
 */
@ApplicationScoped
class BatchWork {
    private static final Logger LOG = Logger.getLogger(BatchWork.class);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int AT_ONCE = 100;

    private final PostgresBatches batches;
    private final PostgresFiles files;
    private final ModelCatalog catalog;
    private final JobService jobs;
    private final Blobs blobs;
    private final Uploads uploads;
    private final InferenceConfig config;
    private final InstantSource clock;
    private final Path folder;
    private Repeating working;

    BatchWork(
            PostgresBatches batches,
            PostgresFiles files,
            ModelCatalog catalog,
            JobService jobs,
            Blobs blobs,
            Uploads uploads,
            InferenceConfig config,
            InstantSource clock,
            DataFolder data)
            throws IOException {
        this.batches = batches;
        this.files = files;
        this.catalog = catalog;
        this.jobs = jobs;
        this.blobs = blobs;
        this.uploads = uploads;
        this.config = config;
        this.clock = clock;
        this.folder = data.root().resolve("batches");
        Files.createDirectories(folder);
    }

    void start(@Observes StartupEvent event) {
        working = Repeating.start("work on batches", config.batchPoll(), this::work);
    }

    void stop(@Observes ShutdownEvent event) {
        working.close();
    }

    /** There may be something to do. */
    void wake() {
        if (working != null) {
            working.wake();
        }
    }

    private boolean work() {
        for (List<PostgresFiles.Deleted> swept = await(files.sweep()); !swept.isEmpty(); swept = await(files.sweep())) {
            swept.forEach(file -> uploads.release(file.account(), file.digest()));
        }
        for (OpenAiBatch batch : await(batches.open(AT_ONCE))) {
            try {
                advance(batch);
            } catch (FarmException e) {
                LOG.warnf("batch %s cannot go on: %s", batch.text(), e.getMessage());
            } catch (IOException | RuntimeException e) {
                LOG.warnf(e, "batch %s cannot go on; it is tried again", batch.text());
            }
        }
        return false;
    }

    private void advance(OpenAiBatch batch) throws IOException {
        boolean late = clock.instant().isAfter(batch.times().expiresAt());
        if (late && batch.ending() == OpenAiBatch.State.COMPLETED) {
            await(batches.expire(batch.id()));
            wake();
            return;
        }
        switch (batch.state()) {
            case VALIDATING -> validate(batch);
            case IN_PROGRESS -> follow(batch, late);
            case CANCELLING -> follow(batch, true);
            case FINALIZING -> write(batch);
            default -> LOG.debugf("batch %s has ended", batch.text());
        }
    }

    private void validate(OpenAiBatch batch) throws IOException {
        Path rows = Files.createTempFile(folder, batch.text(), ".rows");
        try {
            BatchInput.Scan scan = BatchInput.scan(file(batch.input()), rows, catalog, config);
            if (!scan.problems().isEmpty()) {
                await(batches.fail(batch.id(), BatchView.write(scan.problems())));
                return;
            }
            Optional<String> model = scan.model().map(ModelDescription::name);
            Optional<JobId> job = scan.rows() == 0 ? Optional.empty() : Optional.of(order(batch, model, rows));
            await(batches.begin(batch.id(), job, model, scan.requests()));
            wake();
        } catch (FarmException refused) {
            if (refused.code().isTransient() || refused.code() == ErrorCode.INTERNAL) {
                throw refused;
            }
            Problem problem = new Problem(
                    refused.code().name().toLowerCase(Locale.ROOT),
                    refused.getMessage(),
                    Optional.empty(),
                    Optional.empty());
            await(batches.fail(batch.id(), BatchView.write(List.of(problem))));
        } finally {
            Files.deleteIfExists(rows);
        }
    }

    private JobId order(OpenAiBatch batch, Optional<String> model, Path rows) throws IOException {
        Digest input = uploads.keep(batch.account(), rows);
        JobRequest request = new JobRequest(
                Optional.empty(), Optional.of(new EmbedRequest(model.orElseThrow(), input, Hardware.ANY)));
        return jobs.order(batch.account(), batch.apiKey(), request, batch.text())
                .id();
    }

    /** Looks how far the job is, and ends it when the batch is to end. */
    private void follow(OpenAiBatch batch, boolean end) {
        Optional<Job> job = job(batch);
        if (job.isPresent() && !isComputed(batch, job.get())) {
            if (end && !job.get().state().isFinal()) {
                cancel(batch, job.get());
            }
            return;
        }
        await(batches.finalizing(batch.id()));
        if (batch.state() == OpenAiBatch.State.CANCELLING
                && batch.times().finalizingAt().isPresent()) {
            writeQuietly(batch);
        }
        wake();
    }

    /** Its job; also one that was ordered just before a process died. */
    private Optional<Job> job(OpenAiBatch batch) {
        return batch.job()
                .or(() -> jobs.ordered(batch.account(), batch.text()))
                .map(id -> jobs.find(batch.account(), id));
    }

    private boolean isComputed(OpenAiBatch batch, Job job) {
        if (job.state().isFinal()) {
            return true;
        }
        JobView.TaskCounts tasks = jobs.view(job).tasks();
        if (tasks.total() > 0) {
            await(batches.progress(batch.id(), (int) (batch.counts().total() * tasks.accepted() / tasks.total())));
        }
        return false;
    }

    private void cancel(OpenAiBatch batch, Job job) {
        try {
            jobs.cancel(batch.account(), job.id());
        } catch (FarmException ended) {
            LOG.debugf("job %s of batch %s ends by itself", job.id(), batch.text());
        }
    }

    private void writeQuietly(OpenAiBatch batch) {
        try {
            write(batch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(OpenAiBatch batch) throws IOException {
        Optional<Job> job = job(batch);
        Optional<ModelDescription> model = job.map(ordered -> ((Order.Embed) ordered.order()).model())
                .or(() -> batch.model().flatMap(catalog::find));
        Path output = Files.createTempFile(folder, batch.text(), ".output");
        Path errors = Files.createTempFile(folder, batch.text(), ".errors");
        try {
            OpenAiBatch.Counts counts;
            RowResults rows = new RowResults(jobs, blobs, job.map(Job::id));
            try (JsonLines lines = new JsonLines(file(batch.input()), config.maxBodyBytes());
                    BatchOutput out = new BatchOutput(batch, model, rows, output, errors)) {
                counts = out.write(lines, config);
            }
            OpenAiBatch.Files made = new OpenAiBatch.Files(keep(batch, output, "output"), keep(batch, errors, "error"));
            await(batches.end(batch.id(), counts, made));
            job.map(done -> ((Order.Embed) done.order()).plan().input())
                    .ifPresent(input -> uploads.release(batch.account(), input));
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }

    /** Lists a file that is not empty, under an id that follows from the batch. */
    private Optional<UUID> keep(OpenAiBatch batch, Path file, String kind) throws IOException {
        long bytes = Files.size(file);
        if (bytes == 0) {
            return Optional.empty();
        }
        UUID id = UUID.nameUUIDFromBytes((batch.id() + "/" + kind).getBytes(StandardCharsets.UTF_8));
        Instant now = clock.instant();
        await(files.insert(new OpenAiFile(
                id,
                batch.account(),
                "batch_output",
                batch.text() + "_" + kind + ".jsonl",
                bytes,
                uploads.keep(batch.account(), file),
                now,
                batch.outputSeconds().map(now::plusSeconds))));
        return Optional.of(id);
    }

    private Path file(Digest digest) throws IOException {
        return blobs.file(digest).orElseThrow(() -> Download.missing(digest));
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
