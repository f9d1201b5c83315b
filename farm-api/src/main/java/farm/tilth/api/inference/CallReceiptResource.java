package farm.tilth.api.inference;

import static farm.tilth.api.access.Requests.check;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.CallReceipt;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What online calls cost, over REST: by the windows of some seconds in which the ledger has them. */
@Path("/api/v1/calls")
@Needs(Role.CUSTOMER)
public class CallReceiptResource {
    private static final int MAX_PAGE = 1000;

    private final CurrentCaller caller;
    private final PostgresCallWindows windows;
    private final WorkerKeys keys;

    CallReceiptResource(CurrentCaller caller, PostgresCallWindows windows, WorkerKeys keys) {
        this.caller = caller;
        this.windows = windows;
        this.keys = keys;
    }

    /** The account's windows, the newest first. */
    @GET
    public Uni<List<PostgresCallWindows.Listed>> list(
            @QueryParam("after") Optional<UUID> after, @QueryParam("limit") @DefaultValue("100") int limit) {
        check(limit >= 1 && limit <= MAX_PAGE, "'limit' must be from 1 to " + MAX_PAGE);
        return windows.list(caller.get().account(), after, limit);
    }

    /** The proof of what a window's calls cost, once it is settled. */
    @GET
    @Path("{id}/receipt")
    public Uni<CallReceipt> receipt(@PathParam("id") UUID id) {
        return windows.receipt(caller.get().account(), id)
                .map(found -> found.orElseThrow(() -> new FarmException(
                        ErrorCode.NOT_FOUND,
                        "there is no receipt of calls " + id + "; it is there some seconds after its last call")))
                .chain(this::withKeys);
    }

    private Uni<CallReceipt> withKeys(CallReceipt receipt) {
        return Multi.createFrom()
                .items(receipt.batches().stream().map(CallReceipt.Batch::worker).distinct())
                .onItem()
                .transformToUniAndConcatenate(worker ->
                        keys.publicKey(worker).map(key -> Map.entry(worker, key.orElseGet(() -> new byte[0]))))
                .collect()
                .asMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(known -> withKeys(receipt, known));
    }

    private static CallReceipt withKeys(CallReceipt receipt, Map<Digest, byte[]> known) {
        return new CallReceipt(
                receipt.format(),
                receipt.window(),
                receipt.account(),
                receipt.openedAt(),
                receipt.prices(),
                receipt.cost(),
                receipt.batches().stream()
                        .map(batch -> batch.withKey(known.get(batch.worker())))
                        .toList());
    }
}
