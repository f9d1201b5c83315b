package farm.tilth.api.lease;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static farm.tilth.api.TestKeys.first;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.job.Await;
import farm.tilth.api.job.FakeExecutor;
import farm.tilth.api.job.FakeRendering;
import farm.tilth.api.job.FakeWorker;
import farm.tilth.api.job.TestJobs;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.Heartbeat;
import farm.tilth.protocol.wire.Refusal;
import farm.tilth.protocol.wire.TaskFailure;
import farm.tilth.protocol.wire.TaskLease;
import farm.tilth.protocol.wire.TaskReport;
import farm.tilth.protocol.wire.WorkerMessage;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class WorkerLinkTest {
    private static final long RICH = 1_000_000_000;

    private String key;
    private FakeWorker trusted;

    @BeforeEach
    void connect() throws IOException {
        key = TestJobs.account("owner", RICH);
        trusted = FakeWorker.startTrusted(first());
    }

    @AfterEach
    void disconnect() throws IOException {
        trusted.close();
        assertEquals(0, TestJobs.sumOfPostings());
    }

    /** A job of one task. */
    private String job() {
        return TestJobs.submit(key, TestJobs.order(TestJobs.readyScene(key), ",\"tile\":32"));
    }

    private RawLink link() {
        return new RawLink(key, SigningKey.generate());
    }

    private ResultFile result(TaskLease lease) {
        return FakeRendering.tile((TaskSpec.RenderTile) Json.read(lease.getSpec(), TaskSpec.class));
    }

    private void upload(RawLink link, ResultFile result) {
        byte[] content = result.toBytes();
        as(key).header("Tilth-Worker", link.identity.id().hex())
                .contentType("application/octet-stream")
                .body(content)
                .put("/api/v1/worker/blobs/" + Digest.of(content))
                .then()
                .statusCode(204);
    }

    private Refusal refusal(RawLink link) throws InterruptedException {
        Refusal refusal = link.next(FarmMessage.KindCase.REFUSAL).getRefusal();
        assertFalse(refusal.getRetry());
        return refusal;
    }

    @Test
    void unknownKeyIsRefused() throws InterruptedException {
        try (RawLink link = new RawLink("tk_nobody", SigningKey.generate())) {
            assertEquals("UNAUTHENTICATED", refusal(link).getCode());
        }
    }

    @Test
    void helloThatAnotherKeySignedIsRefused() throws InterruptedException {
        try (RawLink link = link()) {
            link.say(link.hello("e", "renderTile")
                    .setPublicKey(com.google.protobuf.ByteString.copyFrom(
                            SigningKey.generate().publicKey())));
            assertEquals("UNAUTHENTICATED", refusal(link).getCode());
        }
    }

    @Test
    void otherVersionOfTheLinkIsRefused() throws InterruptedException {
        try (RawLink link = link()) {
            link.say(link.hello("e", "renderTile").setProtocolVersion(2));
            assertTrue(refusal(link).getMessage().contains("version 2"));
        }
    }

    @Test
    void trustedWorkerNeedsAnOperatorsKey() throws InterruptedException {
        try (RawLink link = link()) {
            link.say(link.hello("e", "auditBlock").setTrusted(true));
            assertEquals("FORBIDDEN", refusal(link).getCode());
        }
    }

    @Test
    void firstMessageMustBeHello() throws InterruptedException {
        try (RawLink link = link()) {
            link.next();
            link.send(WorkerMessage.newBuilder()
                    .setHeartbeat(Heartbeat.getDefaultInstance())
                    .build());
            assertEquals("INVALID_REQUEST", refusal(link).getCode());
        }
    }

    @Test
    void workerOfAnotherAccountIsRefused() throws InterruptedException {
        SigningKey identity = SigningKey.generate();
        try (RawLink link = new RawLink(key, identity)) {
            link.join("e", "renderTile");
        }
        try (RawLink link = new RawLink(TestJobs.account("thief", 0), identity)) {
            link.say(link.hello("e", "renderTile"));
            assertEquals("FORBIDDEN", refusal(link).getCode());
        }
    }

    @Test
    void newerLinkOfTheSameWorkerEndsTheOlder() throws InterruptedException {
        SigningKey identity = SigningKey.generate();
        try (RawLink older = new RawLink(key, identity);
                RawLink newer = new RawLink(key, identity)) {
            older.join("e", "renderTile");
            newer.join("e", "renderTile");
            assertEquals("CONFLICT", refusal(older).getCode());
        }
    }

    @Test
    void sameReportTwiceIsRecordedAndPaidOnce() throws InterruptedException {
        String id = job();
        try (RawLink link = link().join(FakeExecutor.ENGINE, "renderTile")) {
            TaskLease lease = link.lease();
            ResultFile result = result(lease);
            upload(link, result);
            TaskReport.Builder report = link.report(lease, result, link.identity);
            assertEquals("RECORDED", link.outcome(report));
            assertEquals("RECORDED", link.outcome(report));
            JsonPath job = TestJobs.ended(key, id);
            assertEquals("COMPLETED", job.getString("state"));
            assertEquals("RECORDED", link.outcome(report));
            long earned = asFirst()
                    .get("/api/v1/workers")
                    .then()
                    .extract()
                    .jsonPath()
                    .getLong("find { it.id == '" + link.identity.id() + "' }.earned");
            assertEquals(job.getLong("price.paid"), earned);
        }
    }

    @Test
    void reportWithWrongSignatureIsRefusedAndTheTaskIsLeasedAgain() throws InterruptedException {
        String id = job();
        try (RawLink link = link().join(FakeExecutor.ENGINE, "renderTile")) {
            TaskLease lease = link.lease();
            ResultFile result = result(lease);
            upload(link, result);
            assertEquals("REFUSED", link.outcome(link.report(lease, result, SigningKey.generate())));
            TaskLease again = link.lease();
            assertEquals(lease.getTaskId(), again.getTaskId());
            assertEquals(lease.getFence() + 1, again.getFence());
            assertEquals("LEASE_LOST", link.outcome(link.report(lease, result, link.identity)));
            assertEquals("RECORDED", link.outcome(link.report(again, result, link.identity)));
            assertEquals("COMPLETED", TestJobs.ended(key, id).getString("state"));
        }
    }

    @Test
    void leaseWithoutHeartbeatReturnsAndTheLateReportIsLost() throws InterruptedException {
        String id = job();
        try (RawLink silent = link().join(FakeExecutor.ENGINE, "renderTile")) {
            TaskLease lost = silent.lease();
            try (RawLink other = link().join(FakeExecutor.ENGINE, "renderTile")) {
                TaskLease again = other.lease();
                assertEquals(lost.getTaskId(), again.getTaskId());
                ResultFile result = result(lost);
                upload(silent, result);
                assertEquals("LEASE_LOST", silent.outcome(silent.report(lost, result, silent.identity)));
                assertEquals("RECORDED", other.outcome(other.report(again, result, other.identity)));
                assertEquals("COMPLETED", TestJobs.ended(key, id).getString("state"));
            }
        }
    }

    @Test
    void linkOfAWorkerThatFellSilentIsClosed() throws InterruptedException {
        try (RawLink silent = link().join(FakeExecutor.ENGINE, "renderTile")) {
            Refusal refusal = silent.next(FarmMessage.KindCase.REFUSAL).getRefusal();
            assertTrue(refusal.getRetry());
            assertTrue(refusal.getMessage().startsWith("nothing was heard from worker"), refusal.getMessage());
        }
    }

    @Test
    void workerThatComesBackKeepsItsLeaseAndLosesAnOldOne() throws InterruptedException {
        String id = job();
        SigningKey identity = SigningKey.generate();
        TaskLease lease;
        try (RawLink link = new RawLink(key, identity).join(FakeExecutor.ENGINE, "renderTile")) {
            lease = link.lease();
        }
        try (RawLink link = new RawLink(key, identity)) {
            TaskLease old = lease.toBuilder().setFence(lease.getFence() - 1).build();
            link.say(link.hello(FakeExecutor.ENGINE, "renderTile")
                    .addHeld(RawLink.held(lease))
                    .addHeld(RawLink.held(old)));
            assertEquals(
                    old.getFence(),
                    link.next(FarmMessage.KindCase.REVOCATION)
                            .getRevocation()
                            .getLeases(0)
                            .getFence());
            upload(link, result(lease));
            assertEquals("RECORDED", link.outcome(link.report(lease, result(lease), identity)));
            assertEquals("COMPLETED", TestJobs.ended(key, id).getString("state"));
        }
    }

    @Test
    void taskThatTwoWorkersCallImpossibleFailsTheJobAndRefundsIt() throws InterruptedException {
        String id = job();
        try (RawLink link = link().join(FakeExecutor.ENGINE, "renderTile")) {
            for (int i = 0; i < 2; i++) {
                TaskLease lease = link.lease();
                link.send(WorkerMessage.newBuilder()
                        .setTaskFailure(TaskFailure.newBuilder()
                                .setTaskId(lease.getTaskId())
                                .setFence(lease.getFence())
                                .setCode("INVALID_SCENE")
                                .setMessage("mesh 3 has no triangles")
                                .setPermanent(true))
                        .build());
            }
            JsonPath job = TestJobs.ended(key, id);
            assertEquals("FAILED", job.getString("state"));
            assertEquals("INVALID_SCENE", job.getString("error.code"));
            assertEquals(RICH, TestJobs.balance(key));
        }
    }

    @Test
    void canceledJobRevokesItsLease() throws InterruptedException {
        String id = job();
        try (RawLink link = link().join(FakeExecutor.ENGINE, "renderTile")) {
            TaskLease lease = link.lease();
            as(key).post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);
            assertEquals(
                    lease.getTaskId(),
                    link.next(FarmMessage.KindCase.REVOCATION)
                            .getRevocation()
                            .getLeases(0)
                            .getTaskId());
            assertEquals("LEASE_LOST", link.outcome(link.report(lease, result(lease), link.identity)));
        }
    }

    @Test
    void resultThatContradictsItsCommitmentIsAFault() throws InterruptedException {
        String id = job();
        try (RawLink link = link().join(FakeExecutor.ENGINE, "renderTile")) {
            TaskLease lease = link.lease();
            ResultFile broken = ResultFile.ofOne(new byte[] {1}, 1);
            upload(link, broken);
            assertEquals("RECORDED", link.outcome(link.report(lease, broken, link.identity)));
            assertEquals("FORBIDDEN", refusal(link).getCode());
        }
        as(key).post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);
        assertEquals(RICH, TestJobs.balance(key));
    }

    @Test
    void connectedWorkersAreCounted() throws InterruptedException {
        try (RawLink link = link().join("e", "renderTile")) {
            Await.until(
                    () -> asFirst()
                            .get("/api/v1/workers")
                            .then()
                            .extract()
                            .jsonPath()
                            .getBoolean("find { it.id == '" + link.identity.id() + "' }.connected"),
                    connected -> connected);
        }
    }
}
