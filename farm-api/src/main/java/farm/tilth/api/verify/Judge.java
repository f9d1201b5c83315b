package farm.tilth.api.verify;

import farm.tilth.api.upload.Blobs;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.verifier.comparison.BlockComparison;
import farm.tilth.verifier.comparison.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/** Takes what trusted workers report; an audit's block decides about the result that it recomputed. */
@ApplicationScoped
class Judge {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final long FILE_OVERHEAD_BYTES = 1 << 20;

    private final PostgresAudits audits;
    private final Shapes shapes;
    private final Blobs blobs;
    private final Verdicts verdicts;
    private final VerifyConfig config;

    Judge(PostgresAudits audits, Shapes shapes, Blobs blobs, Verdicts verdicts, VerifyConfig config) {
        this.audits = audits;
        this.shapes = shapes;
        this.blobs = blobs;
        this.verdicts = verdicts;
        this.config = config;
    }

    /** Inspection or assembly: taken when it is what its worker committed to. */
    void trusted(ReportedTask task) {
        read(task, config.maxTrustedBytes()).ifPresent(result -> verdicts.accept(task));
    }

    void audit(ReportedTask task, TaskSpec.AuditBlock spec) {
        Optional<OpenAudit> open =
                audits.openAudit(task.commitment().task()).await().atMost(DATABASE_TIMEOUT);
        if (open.isEmpty()) {
            verdicts.accept(task); // what it was to judge is decided, or its job is over
            return;
        }
        long blockBytes = shapes.of(task.commitment().task().job(), spec.of())
                .blocks()
                .get(spec.block())
                .bytes();
        Optional<ResultFile> recomputed = read(task, blockBytes + FILE_OVERHEAD_BYTES);
        if (recomputed.isEmpty()) {
            return;
        }
        ResultFile.Block truth = recomputed.get().blocks().getFirst();
        BlockComparison rule = shapes.comparison(task.commitment().task().job(), spec.of());
        switch (rule.compare(claimed(open.get()), truth)) {
            case Verdict.Accepted accepted -> verdicts.pass(open.get(), task);
            case Verdict.Rejected rejected ->
                verdicts.fault(open.get(), task, rejected.reason().name(), rejected.detail());
        }
    }

    private ResultFile.Block claimed(OpenAudit audit) {
        Commitment commitment = audit.claim().commitment();
        TaskSpec.Computation spec = (TaskSpec.Computation) audit.claim().spec();
        long bytes = shapes.of(commitment.task().job(), spec).fileBytes();
        try {
            return ResultFile.parse(blobs.bytes(commitment.result(), bytes))
                    .blocks()
                    .get(audit.block());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A trusted worker's result; when it is not what was committed to, the task returns to the queue. */
    private Optional<ResultFile> read(ReportedTask task, long maxBytes) {
        Commitment said = task.commitment();
        try {
            byte[] content = blobs.bytes(said.result(), maxBytes);
            ResultFile result = ResultFile.parse(content);
            if (Commitment.to(said.task(), said.fence(), result, Digest.of(content))
                    .equals(said)) {
                return Optional.of(result);
            }
            verdicts.reject(task, "the result is not what the trusted worker committed to");
        } catch (FarmException e) {
            if (e.code() == ErrorCode.UNAVAILABLE) {
                throw e;
            }
            verdicts.reject(task, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.empty();
    }
}
