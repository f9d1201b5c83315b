package farm.tilth.api.lease;

import farm.tilth.api.access.Authenticator;
import farm.tilth.api.access.Caller;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.Hello;
import farm.tilth.protocol.wire.TaskReport;
import farm.tilth.protocol.wire.WorkerLinkGrpc;
import farm.tilth.protocol.wire.WorkerMessage;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** The streams that workers open. Each has a virtual thread; the network's threads only pass messages on. */
@GrpcService
@RegisterInterceptor(LinkAuthorization.class)
public class WorkerLinkService extends WorkerLinkGrpc.WorkerLinkImplBase {
    private static final Logger LOG = Logger.getLogger(WorkerLinkService.class);
    /** A worker that could not renew its leases may still want to hear that they are lost. */
    private static final int SILENT_TIMES = 2;

    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(10);

    private final Authenticator authenticator;
    private final Reception reception;
    private final OpenLinks links;
    private final WorkDesk desk;
    private final WorkGrants grants;
    private final LeaseConfig config;
    private final AtomicInteger open = new AtomicInteger();

    WorkerLinkService(
            Authenticator authenticator,
            Reception reception,
            OpenLinks links,
            WorkDesk desk,
            WorkGrants grants,
            LeaseConfig config) {
        this.authenticator = authenticator;
        this.reception = reception;
        this.links = links;
        this.desk = desk;
        this.grants = grants;
        this.config = config;
    }

    @Override
    public StreamObserver<WorkerMessage> connect(StreamObserver<FarmMessage> responses) {
        Link link = new Link((ServerCallStreamObserver<FarmMessage>) responses, config.maxMessages());
        String authorization = LinkAuthorization.AUTHORIZATION.get();
        if (open.incrementAndGet() > config.maxSessions()) {
            open.decrementAndGet();
            link.refuse(new FarmException(
                    ErrorCode.TOO_MANY_REQUESTS, "the farm has " + config.maxSessions() + " workers; try again later"));
        } else {
            Thread.ofVirtual().name("worker link").start(() -> serve(link, authorization));
        }
        return new StreamObserver<>() {
            @Override
            public void onNext(WorkerMessage message) {
                link.received(message);
            }

            @Override
            public void onError(Throwable lost) {
                LOG.debugf(lost, "a worker's link broke");
                link.close();
            }

            @Override
            public void onCompleted() {
                link.finish();
            }
        };
    }

    private void serve(Link link, String authorization) {
        try {
            welcome(link, authorization);
            while (!link.isClosed()) {
                link.next(config.poll().toMillis()).ifPresent(first -> handle(link, first));
                refuseSilent(link);
            }
        } catch (FarmException e) {
            LOG.infof("refused a worker: %s", e.getMessage());
            link.refuse(e);
        } catch (InterruptedException e) {
            link.finish();
        } catch (RuntimeException e) {
            LOG.error("a worker's link failed", e);
            link.refuse(new FarmException(ErrorCode.INTERNAL, "the farm failed; connect again"));
        } finally {
            link.close();
            open.decrementAndGet();
            if (links.remove(link)) {
                reception.noteGone(link.session());
            }
        }
    }

    /** A process that was killed, or a cable that was pulled, ends no stream. */
    private void refuseSilent(Link link) {
        if (!link.isClosed() && link.silence().compareTo(config.deadAfter().multipliedBy(SILENT_TIMES)) > 0) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE,
                    "nothing was heard from worker " + link.session().name() + " for "
                            + link.silence().toSeconds() + " s; connect again");
        }
    }

    private void welcome(Link link, String authorization) throws InterruptedException {
        Caller caller = authenticator.authenticate(authorization).await().atMost(DATABASE_TIMEOUT);
        byte[] nonce = reception.nonce();
        link.send(Reception.challenge(nonce));
        Link.Event first = link.next(config.helloTimeout().toMillis()).orElse(new Link.Event.Closed());
        if (!(first instanceof Link.Event.Received(WorkerMessage message)) || !message.hasHello()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "the worker's first message must be Hello, soon after the challenge");
        }
        Hello hello = message.getHello();
        WorkerSession session = reception.admit(caller, nonce, hello);
        link.open(session, hello.getPublicKey().toByteArray());
        links.add(link);
        link.send(reception.welcome(session));
        desk.renew(link, hello.getHeldList());
        LOG.infof("worker %s (%s) connected", session.name(), session.worker());
    }

    private void handle(Link link, Link.Event first) {
        List<Link.Event> events = new ArrayList<>(List.of(first));
        events.addAll(link.more());
        List<TaskReport> reports = new ArrayList<>();
        boolean feed = false;
        for (Link.Event event : events) {
            if (event instanceof Link.Event.Received(WorkerMessage message)) {
                switch (message.getKindCase()) {
                    case TASK_REPORT -> reports.add(message.getTaskReport());
                    case HEARTBEAT -> desk.renew(link, message.getHeartbeat().getRunningList());
                    case TASK_FAILURE -> desk.fail(link, message.getTaskFailure());
                    case WORK_REQUEST -> link.hunger().set(message.getWorkRequest());
                    default ->
                        throw new FarmException(
                                ErrorCode.INVALID_REQUEST,
                                "the farm does not expect " + message.getKindCase() + " now");
                }
            }
            feed |= !(event instanceof Link.Event.Closed);
        }
        desk.report(link, reports);
        if (feed && !link.isClosed()) {
            grants.feed(link);
        }
    }
}
