package farm.tilth.api.lease;

import static farm.tilth.api.lease.BenchmarkFarm.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.Lease;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresTaskQueueTest {
    private static final Skill TILES = new Skill(new TaskKind(BenchmarkFarm.ENGINE, "renderTile"), Hardware.CPU);
    private static final Digest ANNA = Digest.ofText("anna");
    private static final Digest BERT = Digest.ofText("bert");

    private static BenchmarkFarm farm;

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final TaskQueue queue = new PostgresTaskQueue(farm.pool, () -> now, BenchmarkFarm.config());

    @BeforeAll
    static void start() throws Exception {
        farm = BenchmarkFarm.withDatabase("queue");
    }

    @AfterAll
    static void stop() throws Exception {
        farm.close();
    }

    @AfterEach
    void clear() {
        farm.clear();
    }

    private List<Lease> lease(Digest worker, int most) {
        return lease(worker, most, 1e9);
    }

    private List<Lease> lease(Digest worker, int most, double seconds) {
        LeaseRequest.Offer offer = new LeaseRequest.Offer(TILES, BenchmarkFarm.WORK_UNITS, most);
        return await(queue.lease(new LeaseRequest(worker, List.of(offer), most, seconds, List.of())));
    }

    private static HeldTask held(Lease lease) {
        return new HeldTask(lease.task(), lease.fence());
    }

    private static Report report(Lease lease) {
        Digest digest = Digest.ofText(held(lease).toString());
        return new Report(new Commitment(lease.task(), lease.fence(), digest, digest, 5), new byte[64]);
    }

    private static TaskState state(TaskId task) {
        return TaskState.valueOf(await(farm.pool
                        .preparedQuery("SELECT state FROM task WHERE job = $1 AND index = $2")
                        .execute(io.vertx.mutiny.sqlclient.Tuple.of(task.job().value(), task.index())))
                .iterator()
                .next()
                .getString(0));
    }

    @Test
    void taskIsLeasedOnceAndItsFenceRises() {
        farm.job(1);
        Lease first = lease(ANNA, 10).getFirst();
        assertEquals(1, first.fence());
        assertEquals(List.of(), lease(BERT, 10));
        now = now.plusSeconds(7);
        assertEquals(List.of(new TaskChange(first.task(), TaskState.QUEUED)), await(queue.expire(10)));
        assertEquals(2, lease(BERT, 10).getFirst().fence());
    }

    @Test
    void grantHoldsAsMuchWorkAsItsSecondsAllow() {
        farm.job(100);
        assertEquals(5, lease(ANNA, 50, 5).size());
        assertEquals(1, lease(ANNA, 50, 0.001).size());
        assertEquals(50, lease(ANNA, 50, 1000).size());
    }

    @Test
    void heartbeatKeepsALeaseAlive() {
        farm.job(1);
        Lease lease = lease(ANNA, 1).getFirst();
        for (int i = 0; i < 5; i++) {
            now = now.plusSeconds(4);
            assertEquals(Set.of(held(lease)), await(queue.renew(ANNA, List.of(held(lease)))));
            assertEquals(List.of(), await(queue.expire(10)));
        }
        assertEquals(Set.of(), await(queue.renew(BERT, List.of(held(lease)))));
    }

    @Test
    void restartGivesEveryLeaseAFullTime() {
        farm.job(1);
        lease(ANNA, 1);
        now = now.plusSeconds(100);
        await(queue.grace());
        assertEquals(List.of(), await(queue.expire(10)));
    }

    @Test
    void reportNeedsTheLeaseAndMayBeRepeated() {
        farm.job(2);
        List<Lease> leases = lease(ANNA, 2);
        Report good = report(leases.getFirst());
        Commitment stale = new Commitment(
                leases.get(1).task(),
                leases.get(1).fence() - 1,
                good.commitment().root(),
                good.commitment().result(),
                1);
        List<Report> both = List.of(good, new Report(stale, new byte[64]));
        assertEquals(Set.of(good.held()), await(queue.report(ANNA, both)));
        assertEquals(Set.of(good.held()), await(queue.report(ANNA, List.of(good))));
        assertEquals(Set.of(), await(queue.report(BERT, List.of(good))));
        assertEquals(TaskState.REPORTED, state(good.held().task()));
        assertEquals(TaskState.LEASED, state(stale.task()));
    }

    @Test
    void acceptedTaskStaysAcceptedWhateverComesLater() {
        farm.job(1);
        Lease lease = lease(ANNA, 1).getFirst();
        assertEquals(Set.of(), await(queue.accept(List.of(held(lease)))));
        await(queue.report(ANNA, List.of(report(lease))));
        assertEquals(Set.of(held(lease)), await(queue.accept(List.of(held(lease)))));
        assertEquals(List.of(), await(queue.reject(List.of(held(lease)), "late")));
        assertEquals(List.of(), await(queue.fail(ANNA, held(lease), true, "late")));
        assertEquals(List.of(), await(queue.cancel(lease.task().job())));
        assertEquals(TaskState.ACCEPTED, state(lease.task()));
    }

    @Test
    void rejectedResultReturnsToTheQueueUntilItsAttemptsAreUsedUp() {
        farm.job(1);
        for (int attempt = 1; attempt <= 5; attempt++) {
            Lease lease = lease(ANNA, 1).getFirst();
            await(queue.report(ANNA, List.of(report(lease))));
            TaskState expected = attempt < 5 ? TaskState.QUEUED : TaskState.FAILED;
            assertEquals(
                    List.of(new TaskChange(lease.task(), expected)),
                    await(queue.reject(List.of(held(lease)), "wrong")));
        }
        assertEquals(List.of(), lease(ANNA, 1));
    }

    @Test
    void twoRefusalsFailATask() {
        farm.job(1);
        Lease first = lease(ANNA, 1).getFirst();
        assertEquals(
                TaskState.QUEUED,
                await(queue.fail(ANNA, held(first), true, "impossible"))
                        .getFirst()
                        .state());
        Lease second = lease(BERT, 1).getFirst();
        assertEquals(
                TaskState.FAILED,
                await(queue.fail(BERT, held(second), true, "impossible"))
                        .getFirst()
                        .state());
    }

    @Test
    void canceledJobReturnsItsLeasesAndTakesNoReports() {
        JobId job = farm.job(3);
        Lease lease = lease(ANNA, 1).getFirst();
        assertEquals(List.of(new TaskQueue.Revoked(ANNA, held(lease))), await(queue.cancel(job)));
        assertEquals(Set.of(), await(queue.report(ANNA, List.of(report(lease)))));
        assertEquals(List.of(), lease(BERT, 10));
    }

    @Test
    void releasedWorkerLosesItsLeasesWithoutAnAttempt() {
        farm.job(2);
        lease(ANNA, 2);
        assertEquals(2, await(queue.release(ANNA, "at fault")).size());
        assertEquals(2, lease(BERT, 2).size());
    }

    @Test
    void auditIsNotLeasedToTheWorkerThatItChecks() {
        JobId job = farm.job(1);
        Lease tile = lease(ANNA, 1).getFirst();
        TaskSpec audit = new TaskSpec.AuditBlock((TaskSpec.Computation) tile.spec(), 3);
        NewTask task = new NewTask(
                new TaskId(job, 1),
                audit,
                BenchmarkFarm.ENGINE,
                Hardware.ANY,
                1,
                Optional.of(new NewTask.AuditOf(0, ANNA)));
        UUID account = await(farm.pool.query("SELECT account FROM job").execute())
                .iterator()
                .next()
                .getUUID(0);
        await(farm.pool.withTransaction(t -> new PostgresTaskInsert().insert(t, account, List.of(task))));
        Skill audits = new Skill(new TaskKind(BenchmarkFarm.ENGINE, "auditBlock"), Hardware.GPU);
        LeaseRequest.Offer offer = new LeaseRequest.Offer(audits, 1, 10);
        assertEquals(List.of(), await(queue.lease(new LeaseRequest(ANNA, List.of(offer), 10, 60, List.of()))));
        assertEquals(
                audit,
                await(queue.lease(new LeaseRequest(BERT, List.of(offer), 10, 60, List.of())))
                        .getFirst()
                        .spec());
    }

    @Test
    void accountsShareTheQueueWhateverOneOfThemAskedForFirst() {
        JobId large = farm.job(100);
        JobId small = farm.job(10);
        long ofSmall = lease(ANNA, 20).stream()
                .filter(l -> l.task().job().equals(small))
                .count();
        assertEquals(10, ofSmall, 1);
        assertTrue(lease(ANNA, 5).stream().anyMatch(l -> l.task().job().equals(large)));
    }

    @Test
    void workerThatHoldsAPlanGoesOnWithItWithinItsHeadStart() {
        farm.job(50);
        JobId second = farm.job(50);
        Digest plan = Digest.ofText(second.toString());
        LeaseRequest.Offer offer = new LeaseRequest.Offer(TILES, BenchmarkFarm.WORK_UNITS, 10);
        List<Lease> leases = await(queue.lease(new LeaseRequest(ANNA, List.of(offer), 10, 1e9, List.of(plan))));
        assertEquals(10, leases.size());
        assertTrue(leases.stream().allMatch(l -> l.task().job().equals(second)));
    }

    @Test
    void backlogAndWaitingKindsTellWhatThereIs() {
        farm.job(3);
        assertEquals(3 * BenchmarkFarm.WORK_UNITS, await(queue.backlog(TILES, 100)));
        Skill other = new Skill(new TaskKind("other", "renderTile"), Hardware.CPU);
        assertEquals(Set.of(TILES), await(queue.waiting(Set.of(TILES, other))));
    }

    @Test
    void racingWorkersNeverHoldTheSameTask() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        farm.job(400);
        List<CompletableFuture<List<Lease>>> grants = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Digest worker = Digest.ofText("worker " + random.nextInt(8));
            int most = 1 + random.nextInt(20);
            grants.add(CompletableFuture.supplyAsync(
                    () -> lease(worker, most), task -> Thread.ofVirtual().start(task)));
        }
        Set<TaskId> seen = new HashSet<>();
        grants.forEach(grant -> grant.join().forEach(l -> assertTrue(seen.add(l.task()), "leased twice: " + l)));
        assertEquals(400 - seen.size(), lease(ANNA, 1000).size());
    }
}
