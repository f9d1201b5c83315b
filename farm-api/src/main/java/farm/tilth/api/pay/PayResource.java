package farm.tilth.api.pay;

import farm.tilth.api.access.Caller;
import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;

/** Money over REST: receipts and statements. Amounts are in the smallest unit. */
@Path("/api/v1")
@RunOnVirtualThread
public class PayResource {
    private static final int MAX_PAGE = 10_000;

    private final CurrentCaller caller;
    private final Receipts receipts;
    private final Statements statements;

    PayResource(CurrentCaller caller, Receipts receipts, Statements statements) {
        this.caller = caller;
        this.receipts = receipts;
        this.statements = statements;
    }

    /** The proof of what a job cost, once it is over. */
    @GET
    @Path("jobs/{id}/receipt")
    @Needs(Role.CUSTOMER)
    public Receipt receipt(@PathParam("id") String id) {
        return receipts.of(caller.get().account(), JobId.parse(id));
    }

    /** What moved on the account and its workers' accounts, oldest first; an operator may see the whole farm. */
    @GET
    @Path("ledger/statement")
    public Statement statement(
            @QueryParam("after") @DefaultValue("0") long after,
            @QueryParam("limit") @DefaultValue("1000") int limit,
            @QueryParam("all") @DefaultValue("false") boolean all) {
        if (after < 0 || limit < 1 || limit > MAX_PAGE) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "after must not be negative, limit must be from 1 to " + MAX_PAGE);
        }
        Caller me = caller.get();
        return all
                ? statements.ofFarm(me.require(Role.OPERATOR).account(), after, limit)
                : statements.of(me.account(), after, limit);
    }
}
