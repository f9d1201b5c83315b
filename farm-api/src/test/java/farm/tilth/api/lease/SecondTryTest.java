package farm.tilth.api.lease;

import static farm.tilth.api.lease.BenchmarkFarm.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.task.Lease;
import farm.tilth.protocol.task.TaskState;
import farm.tilth.protocol.wire.Engine;
import farm.tilth.protocol.wire.Hello;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets a task that a worker did not bring back. */
class SecondTryTest {
    private static final Skill TILES = new Skill(new TaskKind(BenchmarkFarm.ENGINE, "renderTile"), Hardware.CPU);
    private static final Digest MALLORY = Digest.ofText("mallory");
    private static final Digest MALLORYS_OTHER = Digest.ofText("mallory's other");
    private static final Digest ANNA = Digest.ofText("anna");
    private static final Digest BERT = Digest.ofText("bert");

    private static BenchmarkFarm farm;

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final LeaseConfig config = BenchmarkFarm.config();
    private final TaskQueue queue = new PostgresTaskQueue(farm.pool, () -> now, config);
    private final PostgresWorkers workers = new PostgresWorkers(farm.pool, () -> now, config);
    private final UUID mallorysAccount = account();

    @BeforeAll
    static void start() throws Exception {
        farm = BenchmarkFarm.withDatabase("tries");
    }

    @AfterAll
    static void stop() throws Exception {
        farm.close();
    }

    @BeforeEach
    void mallorysWorkersAreConnected() {
        connect(MALLORY, mallorysAccount);
        connect(MALLORYS_OTHER, mallorysAccount);
    }

    @AfterEach
    void clear() {
        farm.clear();
    }

    private static UUID account() {
        UUID account = UUID.randomUUID();
        await(farm.pool
                .preparedQuery("INSERT INTO account (id, name, created_at) VALUES ($1, 'owner', now())")
                .execute(Tuple.of(account)));
        return account;
    }

    private void connect(Digest worker, UUID account) {
        connect(worker, account, BenchmarkFarm.ENGINE);
    }

    private void connect(Digest worker, UUID account, String engine) {
        Hello hello = Hello.newBuilder()
                .setName("worker")
                .setDevice("cpu")
                .addEngines(Engine.newBuilder().setName(engine))
                .build();
        assertEquals(PostgresWorkers.Standing.GOOD, await(workers.seen(worker, account, hello)));
    }

    private List<Lease> lease(Digest worker) {
        LeaseRequest.Offer offer = new LeaseRequest.Offer(TILES, BenchmarkFarm.WORK_UNITS, 10);
        return await(queue.lease(new LeaseRequest(worker, List.of(offer), 10, 1e9, List.of())));
    }

    private static HeldTask held(Lease lease) {
        return new HeldTask(lease.task(), lease.fence());
    }

    /** Leases the only task to the worker, which says that it failed. */
    private TaskState fail(Digest worker) {
        HeldTask held = held(lease(worker).getFirst());
        return await(queue.fail(worker, held, false, "no luck")).getFirst().state();
    }

    @Test
    void oneWorkerCannotFailAJobThatAnotherCanDo() {
        farm.job(1);
        connect(ANNA, account());
        assertEquals(TaskState.QUEUED, fail(MALLORY));
        for (int attempt = 0; attempt < 10; attempt++) {
            assertEquals(List.of(), lease(MALLORY));
        }
        assertEquals(1, lease(ANNA).size());
    }

    @Test
    void otherWorkersOfItsAccountStandBehindThoseOfOthers() {
        farm.job(1);
        connect(ANNA, account());
        fail(MALLORY);
        assertEquals(List.of(), lease(MALLORYS_OTHER));
        assertEquals(1, lease(ANNA).size());
    }

    @Test
    void anotherWorkerOfTheSameAccountIsBetterThanTheSame() {
        farm.job(1);
        fail(MALLORY);
        assertEquals(List.of(), lease(MALLORY));
        fail(MALLORYS_OTHER);
        assertEquals(1, lease(MALLORY).size());
    }

    @Test
    void leaseThatRanOutAndRejectedResultCountAsFailures() {
        farm.job(1);
        connect(ANNA, account());
        connect(BERT, account());
        lease(MALLORY);
        now = now.plus(config.deadAfter()).plusMillis(1);
        assertEquals(1, await(queue.expire(10)).size());
        assertEquals(List.of(), lease(MALLORY));

        Lease lease = lease(ANNA).getFirst();
        Digest digest = Digest.ofText("result");
        Commitment commitment = new Commitment(lease.task(), lease.fence(), digest, digest, 5);
        await(queue.report(ANNA, List.of(new Report(commitment, new byte[64]))));
        await(queue.reject(List.of(held(lease)), "wrong"));
        assertEquals(List.of(), lease(ANNA));
        assertEquals(1, lease(BERT).size());
    }

    @Test
    void whenAllHaveFailedAnyoneMayTryUntilTheAttemptsAreUsedUp() {
        farm.job(1);
        connect(ANNA, account());
        for (Digest worker : List.of(MALLORY, ANNA, MALLORYS_OTHER, MALLORY)) {
            assertEquals(TaskState.QUEUED, fail(worker));
        }
        assertEquals(TaskState.FAILED, fail(ANNA));
    }

    @Test
    void workerThatSitsIdleHoldsATaskUpForAWhileOnly() {
        farm.job(1);
        connect(ANNA, account());
        fail(MALLORY);
        now = now.plus(config.patience());
        await(workers.present(List.of(ANNA)));
        assertEquals(List.of(), lease(MALLORY));
        now = now.plusMillis(1);
        assertEquals(1, lease(MALLORY).size());
    }

    @Test
    void workersThatAreGoneOrAtFaultOrCannotDoItAreNotWaitedFor() {
        Digest gone = Digest.ofText("gone");
        Digest silent = Digest.ofText("silent");
        Digest atFault = Digest.ofText("at fault");
        Digest trusted = Digest.ofText("trusted");
        Digest ofAnotherEngine = Digest.ofText("of another engine");
        connect(silent, account());
        now = now.plus(config.deadAfter().multipliedBy(3));
        connect(MALLORY, mallorysAccount);
        connect(gone, account());
        await(workers.gone(gone));
        connect(atFault, account());
        await(farm.pool
                .preparedQuery("UPDATE worker SET at_fault_at = now() WHERE id = $1")
                .execute(Tuple.of(atFault.hex())));
        connect(ofAnotherEngine, account(), "another-1");
        // Trusted workers check and assemble; they take no paid work.
        connect(trusted, account());
        await(farm.pool
                .preparedQuery("UPDATE worker SET trusted = true WHERE id = $1")
                .execute(Tuple.of(trusted.hex())));

        farm.job(1);
        fail(MALLORY);
        assertEquals(1, lease(MALLORY).size());
    }

    @Test
    void workerThatIsStillConnectedIsWaitedForHoweverLongAgoItCame() {
        connect(ANNA, account());
        now = now.plus(Duration.ofHours(1));
        await(workers.present(List.of(ANNA, MALLORY)));
        farm.job(1);
        fail(MALLORY);
        assertEquals(List.of(), lease(MALLORY));
        assertEquals(1, lease(ANNA).size());
    }
}
