package farm.tilth.api.lease;

import static farm.tilth.api.lease.BenchmarkFarm.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.Lease;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HardwareQueueTest {
    private static final TaskKind TILES = new TaskKind(BenchmarkFarm.ENGINE, "renderTile");
    private static final Skill ON_CPU = new Skill(TILES, Hardware.CPU);
    private static final Skill ON_GPU = new Skill(TILES, Hardware.GPU);

    private static BenchmarkFarm farm;

    @BeforeAll
    static void start() throws Exception {
        farm = BenchmarkFarm.withDatabase("hardware");
    }

    @AfterAll
    static void stop() throws Exception {
        farm.close();
    }

    @AfterEach
    void clear() {
        farm.clear();
    }

    private static List<JobId> lease(Skill skill, int most, Digest... plans) {
        LeaseRequest.Offer offer = new LeaseRequest.Offer(skill, BenchmarkFarm.WORK_UNITS, most);
        Digest worker = Digest.ofText(skill.hardware().label());
        LeaseRequest request = new LeaseRequest(worker, List.of(offer), 100, 1e9, List.of(plans));
        return await(farm.queue.lease(request)).stream()
                .map(Lease::task)
                .map(task -> task.job())
                .toList();
    }

    private static Digest plan(JobId job) {
        return Digest.ofText(job.toString());
    }

    @Test
    void cpuPassesOverWhatWaitsForAGpuAndTakesWhatIsBehindIt() {
        JobId forGpus = farm.job(3, Hardware.GPU);
        assertEquals(List.of(), lease(ON_CPU, 10));
        JobId behind = farm.job(2);
        assertEquals(List.of(behind, behind), lease(ON_CPU, 10));
        assertEquals(List.of(), lease(ON_CPU, 10));
        assertEquals(List.of(forGpus, forGpus, forGpus), lease(ON_GPU, 10));
    }

    @Test
    void gpuTakesBothInTurnAndNoMoreThanItAskedFor() {
        JobId forAny = farm.job(5);
        JobId forGpus = farm.job(5, Hardware.GPU);
        JobId forCpus = farm.job(5, Hardware.CPU);
        List<JobId> first = lease(ON_GPU, 4);
        assertEquals(4, first.size());
        assertEquals(Set.of(forAny, forGpus), Set.copyOf(first));
        assertEquals(6, lease(ON_GPU, 10).size());
        assertEquals(List.of(), lease(ON_GPU, 10));
        assertEquals(5, lease(ON_CPU, 10).stream().filter(forCpus::equals).count());
    }

    @Test
    void planThatAWorkerHoldsGivesItNoTaskOfAnotherClass() {
        JobId forGpus = farm.job(5, Hardware.GPU);
        JobId forAny = farm.job(5);
        assertEquals(Set.of(forAny), Set.copyOf(lease(ON_CPU, 3, plan(forGpus), plan(forAny))));
        assertEquals(Set.of(forAny), Set.copyOf(lease(ON_GPU, 1, plan(forAny))));
        assertEquals(Set.of(forGpus), Set.copyOf(lease(ON_GPU, 5, plan(forGpus))));
    }

    @Test
    void onlyWorkersThatMayHaveItAreToldOfWork() {
        farm.job(3, Hardware.GPU);
        Set<Skill> all = Set.of(ON_CPU, ON_GPU);
        assertEquals(Set.of(ON_GPU), await(farm.queue.waiting(all)));
        assertEquals(0, await(farm.queue.backlog(ON_CPU, 100)));
        assertEquals(3 * BenchmarkFarm.WORK_UNITS, await(farm.queue.backlog(ON_GPU, 100)));
        farm.job(1);
        assertEquals(all, await(farm.queue.waiting(all)));
        assertEquals(BenchmarkFarm.WORK_UNITS, await(farm.queue.backlog(ON_CPU, 100)));
    }

    @Test
    void jobThatWaitsForItsHardwareGivesNewcomersNoHeadStart() {
        farm.job(2, Hardware.GPU);
        farm.job(100);
        assertEquals(50, lease(ON_CPU, 50).size());
        JobId newcomer = farm.job(50);
        long ofNewcomer = lease(ON_CPU, 20).stream().filter(newcomer::equals).count();
        assertEquals(10, ofNewcomer, 1);
    }

    @Test
    void leaseReadsNothingThatWaitsForAnotherClass() {
        farm.job(2000, Hardware.GPU);
        farm.job(10);
        await(farm.pool.query("ANALYZE task").execute());
        String plan = String.join(
                "\n",
                StreamSupport.stream(
                                await(farm.pool
                                                .query("EXPLAIN SELECT job FROM task WHERE state = 'QUEUED'"
                                                        + " AND engine = '" + BenchmarkFarm.ENGINE
                                                        + "' AND type = 'renderTile' AND hardware = 'CPU'"
                                                        + " ORDER BY start_tag LIMIT 10 FOR UPDATE SKIP LOCKED")
                                                .execute())
                                        .spliterator(),
                                false)
                        .map(row -> row.getString(0))
                        .toList());
        assertTrue(plan.contains("Index Scan using task_queued") && !plan.contains("Sort"), plan);
        assertTrue(plan.contains("(hardware = 'CPU'::text))"), plan);
    }

    @Test
    void devicesTellTheirClassAndNamesAreRead() {
        assertEquals(Hardware.GPU, Hardware.ofDevice("cuda, NVIDIA H100"));
        assertEquals(Hardware.GPU, Hardware.ofDevice("cuda:0"));
        assertEquals(Hardware.CPU, Hardware.ofDevice("cpu, 2 threads, v3"));
        assertEquals(Hardware.CPU, Hardware.ofDevice(""));
        for (Hardware hardware : Hardware.values()) {
            assertEquals(hardware, Hardware.parse(hardware.label()));
        }
        assertThrows(FarmException.class, () -> Hardware.parse("tpu"));
    }
}
