package farm.tilth.api.lease;

import com.google.protobuf.ByteString;
import farm.tilth.api.access.Caller;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.Challenge;
import farm.tilth.protocol.wire.Engine;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.Hello;
import farm.tilth.protocol.wire.ModelOffer;
import farm.tilth.protocol.wire.Welcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Challenge, Hello, Welcome: finds out who a worker is before it may do anything. */
@ApplicationScoped
class Reception {
    private static final Logger LOG = Logger.getLogger(Reception.class);

    /** The version of the link's protocol. */
    static final int PROTOCOL_VERSION = 1;

    private static final byte[] DOMAIN = "tilth-hello-v1".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 32;
    private static final int MAX_NAME = 64;
    private static final int MAX_DEVICE = 200;
    private static final int MAX_OFFERS = 64;
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(10);
    private static final Set<String> PAID_TYPES = Set.of("renderTile", "inferBatch", "runModel");
    private static final Set<String> TRUSTED_TYPES =
            Set.of("auditBlock", "inspectScene", "assembleFrame", "finishFrame", "assembleVideo", "assembleRows");

    private final PostgresWorkers workers;
    private final RandomGenerator random;
    private final LeaseConfig config;
    private final String version;

    Reception(
            PostgresWorkers workers,
            RandomGenerator random,
            LeaseConfig config,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.workers = workers;
        this.random = random;
        this.config = config;
        this.version = version;
    }

    /** A fresh challenge. */
    byte[] nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return nonce;
    }

    static FarmMessage challenge(byte[] nonce) {
        return FarmMessage.newBuilder()
                .setChallenge(Challenge.newBuilder().setNonce(ByteString.copyFrom(nonce)))
                .build();
    }

    FarmMessage welcome(WorkerSession session) {
        return FarmMessage.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setWorkerId(session.worker().hex())
                        .setHeartbeatMillis((int) config.heartbeat().toMillis())
                        .setFarmVersion(version))
                .build();
    }

    /**
     * Checks a Hello and registers its worker. Blocks; call it on a virtual thread.
     *
     * @throws FarmException that says why the worker is refused
     */
    WorkerSession admit(Caller caller, byte[] nonce, Hello hello) {
        check(
                hello.getProtocolVersion() == PROTOCOL_VERSION,
                ErrorCode.INVALID_REQUEST,
                "the worker speaks version " + hello.getProtocolVersion() + " of the link, the farm speaks version "
                        + PROTOCOL_VERSION + ": run the farm's version of the worker");
        byte[] statement = ByteBuffer.allocate(DOMAIN.length + nonce.length)
                .put(DOMAIN)
                .put(nonce)
                .array();
        byte[] publicKey = hello.getPublicKey().toByteArray();
        check(
                SigningKey.verify(publicKey, statement, hello.getSignature().toByteArray()),
                ErrorCode.UNAUTHENTICATED,
                "the worker's signature does not fit its public key");
        check(
                caller.is(Role.OPERATOR) || (caller.is(Role.OWNER) && !hello.getTrusted()),
                ErrorCode.FORBIDDEN,
                "a "
                        + (hello.getTrusted()
                                ? "trusted worker needs a key with the role OPERATOR"
                                : "worker needs a key with the role OWNER"));
        checkSizes(hello);
        WorkerSession session = session(caller, Digest.of(publicKey), hello);
        PostgresWorkers.Standing standing =
                workers.seen(session.worker(), caller.account(), hello).await().atMost(DATABASE_TIMEOUT);
        check(
                standing != PostgresWorkers.Standing.AT_FAULT,
                ErrorCode.FORBIDDEN,
                "a result of worker " + session.worker() + " was proved wrong; the farm's operator can clear it");
        check(
                standing != PostgresWorkers.Standing.OF_ANOTHER_ACCOUNT,
                ErrorCode.FORBIDDEN,
                "worker " + session.worker() + " belongs to another account; use its key, or a fresh data folder");
        return session;
    }

    /** The worker's link has ended. Blocks; what cannot be noted now is found out a while later. */
    void noteGone(WorkerSession session) {
        try {
            workers.gone(session.worker()).await().atMost(DATABASE_TIMEOUT);
        } catch (RuntimeException e) {
            LOG.warnf(
                    e, "could not note that worker %s is gone: it counts as connected a while longer", session.name());
        }
    }

    private static void checkSizes(Hello hello) {
        check(
                hello.getName().length() <= MAX_NAME && hello.getDevice().length() <= MAX_DEVICE,
                ErrorCode.INVALID_REQUEST,
                "the worker's name is over " + MAX_NAME + " characters, or its device's over " + MAX_DEVICE);
        check(
                hello.getEnginesCount() <= MAX_OFFERS && hello.getModelsCount() <= MAX_OFFERS,
                ErrorCode.TOO_LARGE,
                "the worker offers more than " + MAX_OFFERS + " engines or models");
    }

    private WorkerSession session(Caller caller, Digest worker, Hello hello) {
        Set<String> types = hello.getTrusted() ? TRUSTED_TYPES : PAID_TYPES;
        return new WorkerSession(
                UUID.randomUUID(),
                worker,
                caller.account(),
                hello.getName(),
                hello.getTrusted(),
                hello.getEnginesList().stream().map(e -> offer(e, types)).toList(),
                hello.getModelsList().stream().map(Reception::model).toList());
    }

    private static WorkerSession.EngineOffer offer(Engine engine, Set<String> allowed) {
        List<String> types = engine.getTaskTypesList().stream()
                .filter(allowed::contains)
                .distinct()
                .toList();
        return new WorkerSession.EngineOffer(engine.getName(), types, Hardware.ofDevice(engine.getDevice()));
    }

    private static ModelDescription model(ModelOffer offer) {
        return Json.read(offer.getDescription(), ModelDescription.class);
    }

    private static void check(boolean condition, ErrorCode code, String message) {
        if (!condition) {
            throw new FarmException(code, message);
        }
    }
}
