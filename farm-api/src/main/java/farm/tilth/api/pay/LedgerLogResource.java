package farm.tilth.api.pay;

import farm.tilth.api.access.Caller;
import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Requests;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Csv;
import farm.tilth.protocol.result.LedgerAnchor;
import farm.tilth.protocol.result.SealedTransfer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The ledger for those who check it: its log as comma-separated values, and the farm's signed word for it. */
@Path("/api/v1")
@RunOnVirtualThread
public class LedgerLogResource {
    private static final String CSV = "text/csv;charset=UTF-8";
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_PAGE = 10_000;
    private static final List<String> STATEMENT_HEADER =
            List.of("number", "transfer", "at", "account", "direction", "amount", "purpose", "job", "task");

    private final CurrentCaller caller;
    private final LedgerSeals seals;
    private final Statements statements;
    private final PostgresHoldback holdback;

    LedgerLogResource(CurrentCaller caller, LedgerSeals seals, Statements statements, PostgresHoldback holdback) {
        this.caller = caller;
        this.seals = seals;
        this.statements = statements;
        this.holdback = holdback;
    }

    /** Work of the account's workers that was not paid, and why, the latest first; an operator may see everybody's. */
    @GET
    @Path("ledger/unpaid")
    @Needs({Role.OWNER, Role.OPERATOR})
    public List<PostgresHoldback.Unpaid> unpaid(
            @QueryParam("limit") @DefaultValue("1000") int limit,
            @QueryParam("all") @DefaultValue("false") boolean all) {
        Caller me = caller.get();
        if (all) {
            me.require(Role.OPERATOR);
        }
        return holdback.unpaid(all ? Optional.empty() : Optional.of(me.account()), page(0, limit))
                .await()
                .atMost(DATABASE_TIMEOUT);
    }

    /** Where the hash chain stood, signed, oldest first. Whoever keeps one can check the log against it later. */
    @GET
    @Path("ledger/anchors")
    public List<LedgerAnchor> anchors(
            @QueryParam("after") @DefaultValue("0") long after, @QueryParam("limit") @DefaultValue("1000") int limit) {
        return seals.anchors(after, page(after, limit));
    }

    /** Seals and signs now what is in the books. */
    @POST
    @Path("ledger/anchors")
    @Needs(Role.OPERATOR)
    public List<LedgerAnchor> anchor() {
        seals.catchUp();
        return seals.lastAnchor().stream().toList();
    }

    /** The sealed transfers of the whole farm, in the order of the chain. The first page begins with the header. */
    @GET
    @Path("ledger/log")
    @Needs(Role.OPERATOR)
    @Produces(CSV)
    public String log(
            @QueryParam("after") @DefaultValue("0") long after, @QueryParam("limit") @DefaultValue("10000") int limit) {
        StringBuilder text = new StringBuilder(after == 0 ? Csv.line(SealedTransfer.HEADER) : "");
        seals.log(after, page(after, limit)).forEach(transfer -> text.append(Csv.line(transfer.fields())));
        return text.toString();
    }

    /** The statement as comma-separated values; amounts in the smallest unit. The first page begins with the header. */
    @GET
    @Path("ledger/statement.csv")
    @Produces(CSV)
    public String statement(
            @QueryParam("after") @DefaultValue("0") long after,
            @QueryParam("limit") @DefaultValue("10000") int limit,
            @QueryParam("all") @DefaultValue("false") boolean all) {
        Caller me = caller.get();
        Statement statement = all
                ? statements.ofFarm(me.require(Role.OPERATOR).account(), after, page(after, limit))
                : statements.of(me.account(), after, page(after, limit));
        StringBuilder text = new StringBuilder(after == 0 ? Csv.line(STATEMENT_HEADER) : "");
        for (Statement.Line line : statement.postings()) {
            text.append(Csv.line(List.of(
                    line.number(),
                    line.transfer(),
                    line.at(),
                    line.account(),
                    line.direction(),
                    line.amount(),
                    line.purpose(),
                    line.job().orElse(""),
                    line.task().map(String::valueOf).orElse(""))));
        }
        return text.toString();
    }

    private static int page(long after, int limit) {
        Requests.check(
                after >= 0 && limit >= 1 && limit <= MAX_PAGE,
                "after must not be negative, limit must be from 1 to " + MAX_PAGE);
        return limit;
    }
}
