package farm.tilth.api.job;

import farm.tilth.api.lease.Repeating;
import farm.tilth.protocol.task.JobId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Drives the pipeline: jobs that something was heard of are advanced one after the other, results are verified, and
 * accepted tasks paid. Every open job is looked at from time to time, for news may be lost with a process.
 */
@ApplicationScoped
class JobSteps {
    private static final Logger LOG = Logger.getLogger(JobSteps.class);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration OLD = Duration.ofMinutes(1);
    private static final int MAX_WAITING = 10_000;
    private static final int PAGE = 1000;

    private final Provider<JobPipeline> pipeline;
    private final PostgresJobs jobs;
    private final InstantSource clock;
    private final JobConfig config;
    private final LinkedHashSet<JobId> waiting = new LinkedHashSet<>();
    private Repeating advancing;
    private Repeating verifying;
    private Repeating paying;
    private Repeating rescanning;

    JobSteps(Provider<JobPipeline> pipeline, PostgresJobs jobs, InstantSource clock, JobConfig config) {
        this.pipeline = pipeline;
        this.jobs = jobs;
        this.clock = clock;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        advancing = Repeating.start("advance jobs", config.poll(), this::advance);
        verifying = Repeating.start(
                "verify results", config.poll(), () -> pipeline.get().verify());
        paying =
                Repeating.start("pay tasks", config.poll(), () -> pipeline.get().pay());
        rescanning = Repeating.start("look at open jobs", config.rescan(), this::rescan);
    }

    void stop(@Observes ShutdownEvent event) {
        List.of(rescanning, advancing, verifying, paying).forEach(Repeating::close);
    }

    /** Something happened to the job. Never blocks; what does not fit is found by the next scan. */
    void look(JobId job) {
        synchronized (waiting) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(job);
            }
        }
        wake(advancing);
    }

    void wakeVerify() {
        wake(verifying);
    }

    void wakePay() {
        wake(paying);
    }

    /** Whether nobody can be in the middle of something that began then. */
    boolean isOld(Instant begun) {
        return begun.plus(OLD).isBefore(clock.instant());
    }

    private static void wake(Repeating repeating) {
        if (repeating != null) {
            repeating.wake();
        }
    }

    private boolean advance() {
        Optional<JobId> next = next();
        next.ifPresent(job -> {
            try {
                pipeline.get().advance(job);
            } catch (RuntimeException e) {
                LOG.warnf(e, "job %s cannot go on; it is tried again", job);
            }
        });
        return next.isPresent();
    }

    private Optional<JobId> next() {
        synchronized (waiting) {
            return waiting.isEmpty() ? Optional.empty() : Optional.of(waiting.removeFirst());
        }
    }

    private boolean rescan() {
        Optional<JobId> last = Optional.empty();
        List<JobId> page;
        do {
            page = jobs.open(last, PAGE).await().atMost(DATABASE_TIMEOUT);
            page.forEach(this::look);
            last = page.isEmpty() ? last : Optional.of(page.getLast());
        } while (page.size() == PAGE);
        return false;
    }
}
