package farm.tilth.api.pay;

import farm.tilth.api.access.Caller;
import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.lease.OpenLinks;
import farm.tilth.api.lease.PostgresWorkers;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Workers as their owners see them: what they are, and what they earned. */
@Path("/api/v1/workers")
@Needs({Role.OWNER, Role.OPERATOR})
@RunOnVirtualThread
public class WorkerResource {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_WORKERS = 1000;

    private final CurrentCaller caller;
    private final PostgresWorkers workers;
    private final OpenLinks links;
    private final Ledger ledger;

    WorkerResource(CurrentCaller caller, PostgresWorkers workers, OpenLinks links, Ledger ledger) {
        this.caller = caller;
        this.workers = workers;
        this.links = links;
        this.ledger = ledger;
    }

    /**
     * A worker.
     *
     * @param earned all that was ever paid for its work and not forfeited, in the smallest unit
     * @param heldBack what of it can still be lost
     * @param atFaultAt when a result of it was proved wrong; it gets no work until an operator clears it
     */
    public record WorkerView(
            Digest id,
            String name,
            String device,
            List<String> engines,
            boolean trusted,
            boolean connected,
            long tasksAccepted,
            long earned,
            long heldBack,
            Optional<Instant> atFaultAt) {}

    /** The account's workers; an operator sees everybody's. */
    @GET
    public List<WorkerView> list() {
        Caller me = caller.get();
        return workers
                .list(me.is(Role.OPERATOR) ? Optional.empty() : Optional.of(me.account()), MAX_WORKERS)
                .await()
                .atMost(DATABASE_TIMEOUT)
                .stream()
                .map(this::view)
                .toList();
    }

    /** Gives a worker that was at fault another chance. */
    @POST
    @Path("{id}/clear")
    @Needs(Role.OPERATOR)
    public void clear(@PathParam("id") String id) {
        if (!workers.clear(Digest.parse(id)).await().atMost(DATABASE_TIMEOUT)) {
            throw new FarmException(ErrorCode.NOT_FOUND, "there is no worker " + id + " that is at fault");
        }
    }

    private WorkerView view(PostgresWorkers.Worker worker) {
        long heldBack = ledger.balance(AccountId.holdback(worker.id())).balance();
        return new WorkerView(
                worker.id(),
                worker.name(),
                worker.device(),
                worker.engines(),
                worker.trusted(),
                links.isConnected(worker.id()),
                worker.tasksAccepted(),
                ledger.balance(AccountId.worker(worker.id())).credited() + heldBack,
                heldBack,
                worker.atFaultAt());
    }
}
