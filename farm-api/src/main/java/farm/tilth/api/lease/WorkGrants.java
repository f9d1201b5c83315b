package farm.tilth.api.lease;

import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.Lease;
import farm.tilth.protocol.task.TaskState;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.TaskLease;
import farm.tilth.protocol.wire.WorkGrant;
import farm.tilth.protocol.wire.WorkRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Answers a worker's request with as much work as suits its speed. Blocks; called by the link's virtual thread alone. */
@ApplicationScoped
class WorkGrants {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int BACKLOG_TASKS = 4096;

    private final TaskQueue queue;
    private final TaskNews news;
    private final OpenLinks links;
    private final LeaseConfig config;

    WorkGrants(TaskQueue queue, TaskNews news, OpenLinks links, LeaseConfig config) {
        this.queue = queue;
        this.news = news;
        this.links = links;
        this.config = config;
    }

    /** Answers the worker's open request, if it has one and there is work; else the request stays open. */
    void feed(Link link) {
        WorkRequest request = link.hunger().get();
        if (request == null || request.getMaxTasks() < 1) {
            return;
        }
        int most = Math.min(request.getMaxTasks(), config.maxTasks());
        List<LeaseRequest.Offer> offers = offers(link.session(), request, most);
        if (offers.isEmpty()) {
            return;
        }
        LeaseRequest wanted = new LeaseRequest(link.session().worker(), offers, most, seconds(offers), link.plans());
        List<Lease> leases = await(queue.lease(wanted));
        if (!leases.isEmpty() && link.hunger().compareAndSet(request, null)) {
            send(link, leases);
        }
    }

    private static List<LeaseRequest.Offer> offers(WorkerSession session, WorkRequest request, int most) {
        Set<String> idle = Set.copyOf(request.getTaskTypesList());
        List<LeaseRequest.Offer> offers = new ArrayList<>();
        for (Skill skill : session.skills()) {
            if (idle.isEmpty() || idle.contains(skill.kind().type())) {
                double speed = request.getUnitsPerSecondOrDefault(skill.kind().type(), 0);
                boolean measured = speed > 0 && Double.isFinite(speed);
                offers.add(new LeaseRequest.Offer(skill, measured ? speed : 1, measured ? most : 1));
            }
        }
        return offers;
    }

    /** The largest of the sizes that the offers call for; kinds of which nothing waits call for the least. */
    private double seconds(List<LeaseRequest.Offer> offers) {
        double seconds = 0;
        for (LeaseRequest.Offer offer : offers) {
            long queued = await(queue.backlog(offer.skill(), BACKLOG_TASKS));
            int workers = links.able(offer.skill().kind());
            seconds = Math.max(
                    seconds,
                    LeaseSize.seconds(queued, offer.unitsPerSecond(), workers, config.shortest(), config.longest()));
        }
        return seconds;
    }

    private void send(Link link, List<Lease> leases) {
        WorkGrant.Builder grant = WorkGrant.newBuilder();
        for (Lease lease : leases) {
            NewTask.planOf(lease.spec()).ifPresent(link::remember);
            grant.addLeases(TaskLease.newBuilder()
                    .setTaskId(lease.task().toString())
                    .setFence(lease.fence())
                    .setSpec(Json.write(lease.spec()))
                    .setExpiresAtMillis(lease.expiresAt().toEpochMilli()));
        }
        link.send(FarmMessage.newBuilder().setWorkGrant(grant).build());
        news.publish(leases.stream()
                .map(lease -> new TaskChange(lease.task(), TaskState.LEASED))
                .toList());
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
