package farm.tilth.api.job;

import farm.tilth.api.access.Caller;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.JobId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Jobs as accounts order and see them; what belongs to another account is not there. Blocks. */
@ApplicationScoped
public class JobService {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);

    private final Admission admission;
    private final PostgresJobs jobs;
    private final PostgresViews views;
    private final JobPipeline pipeline;

    JobService(Admission admission, PostgresJobs jobs, PostgresViews views, JobPipeline pipeline) {
        this.admission = admission;
        this.jobs = jobs;
        this.views = views;
        this.pipeline = pipeline;
    }

    /**
     * Orders a job, once for each idempotency key.
     *
     * @throws FarmException with IDEMPOTENCY_MISMATCH when the key came with another request
     */
    Job order(Caller caller, JobRequest request, Optional<String> idempotencyKey, Optional<String> quote) {
        return order(new Client(caller.account(), Optional.of(caller.key()), quote), request, idempotencyKey);
    }

    /** The same for a key that was shown before: at the present prices, within the key's cap. */
    public Job order(UUID account, Optional<UUID> key, JobRequest request, String idempotencyKey) {
        return order(new Client(account, key, Optional.empty()), request, Optional.of(idempotencyKey));
    }

    /** For whom a job is ordered, with which key, and at which quoted price. */
    private record Client(UUID account, Optional<UUID> key, Optional<String> quote) {}

    private Job order(Client client, JobRequest request, Optional<String> idempotencyKey) {
        UUID account = client.account();
        String text = Json.write(request);
        Optional<Job> earlier = idempotencyKey.flatMap(key -> earlier(account, key, text));
        if (earlier.isPresent()) {
            return earlier.get();
        }
        Admission.Admitted admitted = admission.admit(account, request, client.quote());
        PostgresJobs.NewJob job = new PostgresJobs.NewJob(
                new JobId(UUID.randomUUID()),
                account,
                admitted.order(),
                body(request),
                Digest.ofText(text),
                admitted.prices(),
                admitted.quote().ceiling(),
                idempotencyKey,
                client.key());
        if (pipeline.upload(job)) {
            return stored(job.id());
        }
        return idempotencyKey
                .flatMap(key -> earlier(account, key, text))
                .orElseThrow(() -> new FarmException(ErrorCode.UNAVAILABLE, "the job was not stored; order it again"));
    }

    /** The part of the request that the job shows. */
    private static String body(JobRequest request) {
        return request.render()
                .map(Json::write)
                .orElseGet(() -> Json.write(request.embed().orElseThrow()));
    }

    private Optional<Job> earlier(UUID account, String key, String text) {
        Optional<PostgresJobs.Known> known = await(jobs.known(account, key));
        known.filter(job -> !job.requestHash().equals(Digest.ofText(text).hex()))
                .ifPresent(job -> {
                    throw new FarmException(
                            ErrorCode.IDEMPOTENCY_MISMATCH,
                            "Idempotency-Key: job " + job.job()
                                    + " was ordered with this key and is another one; use a new key");
                });
        return known.map(job -> stored(job.job()));
    }

    /** The job that an account ordered under an idempotency key. */
    public Optional<JobId> ordered(UUID account, String idempotencyKey) {
        return await(jobs.known(account, idempotencyKey)).map(PostgresJobs.Known::job);
    }

    private Job stored(JobId id) {
        return await(jobs.find(id)).orElseThrow();
    }

    /** Finds a job of the account. */
    public Job find(UUID account, JobId id) {
        return await(jobs.find(id))
                .filter(job -> job.account().equals(account) && job.kind() != JobKind.INSPECT && job.funded())
                .orElseThrow(
                        () -> new FarmException(ErrorCode.NOT_FOUND, "there is no job " + id + " in this account"));
    }

    List<JobView> list(UUID account, Optional<UUID> after, int limit) {
        return await(jobs.list(account, after, limit)).stream().map(this::view).toList();
    }

    /** A job as its owner sees it. */
    public JobView view(Job job) {
        return await(views.job(job));
    }

    /** Calls a job off, or fails with CONFLICT when it is over. */
    public Job cancel(UUID account, JobId id) {
        Job job = find(account, id);
        if (!pipeline.cancel(job)) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "job " + id + " is " + stored(id).state() + " or about to end: nothing to cancel");
        }
        return stored(id);
    }

    /** The batches of rows of an embedding job after one of them, in their order. */
    public List<RowBatch> batches(JobId job, int after, int limit) {
        return await(views.batches(job, after, limit));
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
