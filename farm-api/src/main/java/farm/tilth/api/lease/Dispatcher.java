package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.TaskState;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Wakes hungry workers when there is work for them, returns leases that ran out to the queue, and notes who is
 * connected. Idle workers cost one query a second, however many they are.
 */
@ApplicationScoped
public class Dispatcher implements TaskListener {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int EXPIRED_AT_ONCE = 1000;

    private final TaskQueue queue;
    private final OpenLinks links;
    private final PostgresWorkers workers;
    private final TaskNews news;
    private final LeaseConfig config;
    private Repeating offering;
    private Repeating sweeping;
    private Repeating noting;

    Dispatcher(TaskQueue queue, OpenLinks links, PostgresWorkers workers, TaskNews news, LeaseConfig config) {
        this.queue = queue;
        this.links = links;
        this.workers = workers;
        this.news = news;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        queue.grace().await().atMost(DATABASE_TIMEOUT);
        offering = Repeating.start("offer work", config.poll(), this::offer);
        sweeping = Repeating.start("expire leases", config.poll(), this::sweep);
        noting = Repeating.start("note who is connected", config.deadAfter(), this::note);
    }

    void stop(@Observes ShutdownEvent event) {
        offering.close();
        sweeping.close();
        noting.close();
        links.all().forEach(Link::finish);
    }

    /** Tasks were queued. */
    public void wake() {
        if (offering != null) {
            offering.wake();
        }
    }

    @Override
    public void changed(List<TaskChange> changes) {
        if (changes.stream().anyMatch(change -> change.state() == TaskState.QUEUED)) {
            wake();
        }
    }

    private boolean offer() {
        List<Link> hungry =
                links.all().stream().filter(link -> link.hunger().get() != null).toList();
        Set<Skill> wanted = hungry.stream()
                .flatMap(link -> link.session().skills().stream())
                .collect(Collectors.toSet());
        if (!wanted.isEmpty()) {
            Set<Skill> waiting = queue.waiting(wanted).await().atMost(DATABASE_TIMEOUT);
            hungry.stream()
                    .filter(link -> link.session().skills().stream().anyMatch(waiting::contains))
                    .forEach(Link::poke);
        }
        return false;
    }

    private boolean sweep() {
        List<TaskChange> expired = queue.expire(EXPIRED_AT_ONCE).await().atMost(DATABASE_TIMEOUT);
        news.publish(expired);
        return expired.size() == EXPIRED_AT_ONCE;
    }

    private boolean note() {
        List<Digest> connected =
                links.connected().stream().map(WorkerSession::worker).toList();
        if (!connected.isEmpty()) {
            workers.present(connected).await().atMost(DATABASE_TIMEOUT);
        }
        return false;
    }
}
