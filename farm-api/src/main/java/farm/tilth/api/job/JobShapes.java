package farm.tilth.api.job;

import farm.tilth.api.verify.Shapes;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.verifier.commitment.ResultShape;
import farm.tilth.verifier.comparison.BlockComparison;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The shapes of results, from the orders of the jobs that were asked for last. */
@ApplicationScoped
class JobShapes implements Shapes {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int CACHED_ORDERS = 64;

    private final PostgresJobs jobs;
    private final Map<JobId, Order> orders = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, Order> eldest) {
            return size() > CACHED_ORDERS;
        }
    });

    JobShapes(PostgresJobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public ResultShape of(JobId job, TaskSpec.Computation task) {
        return order(job).shape(task);
    }

    @Override
    public BlockComparison comparison(JobId job, TaskSpec.Computation task) {
        return order(job).comparison(task);
    }

    private Order order(JobId job) {
        Order order = orders.get(job);
        if (order == null) {
            order = jobs.find(job)
                    .await()
                    .atMost(DATABASE_TIMEOUT)
                    .orElseThrow()
                    .order();
            orders.put(job, order);
        }
        return order;
    }
}
