package farm.tilth.api.openai;

import farm.tilth.api.job.JobService;
import farm.tilth.api.job.RowBatch;
import farm.tilth.api.upload.Blobs;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.JobId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The rows that a job has computed, one after the other, from one result file at a time. */
final class RowResults {
    private static final int PAGE = 100;
    private static final long MAX_RESULT_BYTES = 1L << 30;

    private final JobService jobs;
    private final Blobs blobs;
    private final Optional<JobId> job;
    private final Deque<RowBatch> page = new ArrayDeque<>();
    private int lastTask = -1;
    private Optional<RowBatch> batch = Optional.empty();
    private Optional<ResultFile> result = Optional.empty();
    private int row;

    /** The rows of a job; of none, when there was nothing to compute. */
    RowResults(JobService jobs, Blobs blobs, Optional<JobId> job) {
        this.jobs = jobs;
        this.blobs = blobs;
        this.job = job;
    }

    /** The next row, if it was accepted: zeros and no work when the model could not take it. */
    Optional<ResultFile.Block> next() throws IOException {
        while (batch.isEmpty() || row >= batch.get().endRow()) {
            batch = nextBatch();
            if (batch.isEmpty()) {
                return Optional.empty();
            }
            result = batch.get().result().isPresent()
                    ? Optional.of(
                            ResultFile.parse(blobs.bytes(batch.get().result().get(), MAX_RESULT_BYTES)))
                    : Optional.empty();
        }
        int index = row++ - batch.get().firstRow();
        return result.map(file -> file.blocks().get(index));
    }

    private Optional<RowBatch> nextBatch() {
        if (page.isEmpty() && job.isPresent()) {
            List<RowBatch> more = jobs.batches(job.get(), lastTask, PAGE);
            page.addAll(more);
        }
        Optional<RowBatch> next = Optional.ofNullable(page.poll());
        next.ifPresent(found -> lastTask = found.index());
        return next;
    }
}
