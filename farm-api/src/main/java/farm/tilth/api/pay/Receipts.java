package farm.tilth.api.pay;

import farm.tilth.api.verify.Epoch;
import farm.tilth.api.verify.PostgresEpochs;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.JobId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Writes receipts and signs them with the farm's key. The same job's is the same, but for epochs that ended since. */
@ApplicationScoped
public class Receipts {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

    private final PostgresReceipts rows;
    private final PostgresEpochs epochs;
    private final SigningKey key;

    Receipts(PostgresReceipts rows, PostgresEpochs epochs, SigningKey key) {
        this.rows = rows;
        this.epochs = epochs;
        this.key = key;
    }

    /**
     * The receipt of an account's job. Blocks.
     *
     * @throws FarmException with NOT_FOUND, or CONFLICT as long as the job is not over
     */
    public Receipt of(UUID account, JobId id) {
        PostgresReceipts.EndedJob job = await(rows.job(account, id))
                .orElseThrow(
                        () -> new FarmException(ErrorCode.NOT_FOUND, "there is no job " + id + " in this account"));
        Instant ended = job.finishedAt()
                .orElseThrow(() -> new FarmException(
                        ErrorCode.CONFLICT,
                        "job " + id + " is " + job.state() + "; its receipt is written when it is over"));
        List<Receipt.PaidTask> tasks = await(rows.paidTasks(job));
        List<Long> numbers =
                tasks.stream().map(task -> task.audit().epoch()).distinct().toList();
        Receipt receipt = new Receipt(
                Receipt.FORMAT,
                id,
                job.plan(),
                key.publicKey(),
                ended,
                job.prices(),
                job.totals(),
                tasks,
                await(epochs.published(numbers)).stream()
                        .map(Receipts::inReceipt)
                        .toList(),
                await(rows.outputs(id)),
                new byte[0]);
        return receipt.withSignature(key.sign(receipt.statement()));
    }

    private static Receipt.EpochSecret inReceipt(Epoch epoch) {
        return new Receipt.EpochSecret(epoch.number(), epoch.secretDigest(), epoch.secret());
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
