package farm.tilth.api.verify;

import farm.tilth.api.upload.Blobs;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Challenge;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.verifier.commitment.BlockProof;
import farm.tilth.verifier.commitment.CommitmentCheck;
import farm.tilth.verifier.commitment.ResultShape;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Holds a computation's result against its commitment, and only then draws the block that is recomputed. */
@ApplicationScoped
class Challenger {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);

    private final PostgresAudits audits;
    private final PostgresEpochs epochs;
    private final Shapes shapes;
    private final Blobs blobs;
    private final Verdicts verdicts;

    Challenger(PostgresAudits audits, PostgresEpochs epochs, Shapes shapes, Blobs blobs, Verdicts verdicts) {
        this.audits = audits;
        this.epochs = epochs;
        this.shapes = shapes;
        this.blobs = blobs;
        this.verdicts = verdicts;
    }

    void check(ReportedTask task, TaskSpec.Computation computation) {
        ResultShape shape = shapes.of(task.commitment().task().job(), computation);
        try {
            byte[] content = blobs.bytes(task.commitment().result(), shape.fileBytes());
            switch (CommitmentCheck.check(shape, task.commitment(), content)) {
                case CommitmentCheck.Matches matches -> challenge(task, matches);
                case CommitmentCheck.Mismatch mismatch ->
                    verdicts.fault(task, mismatch.reason().name(), mismatch.detail());
            }
        } catch (FarmException e) {
            missing(task, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void challenge(ReportedTask task, CommitmentCheck.Matches matches) {
        Epoch epoch = epochs.current().await().atMost(DATABASE_TIMEOUT);
        int block = Challenge.block(
                epoch.secret().orElseThrow(),
                task.commitment().root(),
                matches.result().blocks().size());
        PostgresAudits.Challenged challenged =
                new PostgresAudits.Challenged(task, epoch.number(), BlockProof.of(matches, block));
        if (audits.challenge(challenged).await().atMost(DATABASE_TIMEOUT)) {
            verdicts.queued(task.commitment().task());
        }
    }

    /** A result that is not there proves nothing against anybody; one that is too long is not what was asked for. */
    private void missing(ReportedTask task, FarmException e) {
        if (e.code() == ErrorCode.TOO_LARGE) {
            verdicts.fault(task, CommitmentCheck.Reason.BLOCK_BYTES.name(), e.getMessage());
        } else if (e.code() == ErrorCode.NOT_FOUND) {
            verdicts.reject(task, "the result was not uploaded");
        } else {
            throw e;
        }
    }
}
