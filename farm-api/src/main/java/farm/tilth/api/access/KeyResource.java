package farm.tilth.api.access;

import static farm.tilth.api.access.Requests.check;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Keys that exist, over REST: what they may use, and what they used. */
@Path("/api/v1")
public class KeyResource {
    private static final int MAX_PAGE = 1000;

    private final CurrentCaller caller;
    private final PostgresKeys keys;
    private final PostgresKeyUse uses;
    private final Authenticator authenticator;
    private final InstantSource clock;

    KeyResource(
            CurrentCaller caller,
            PostgresKeys keys,
            PostgresKeyUse uses,
            Authenticator authenticator,
            InstantSource clock) {
        this.caller = caller;
        this.keys = keys;
        this.uses = uses;
        this.authenticator = authenticator;
        this.clock = clock;
    }

    /** A key and what it used: online calls and their tokens, of today and of this month (UTC). */
    public record KeyStanding(PostgresKeys.ListedKey key, KeyUse.Totals used) {}

    /** All that a key may ask for from now on; what is absent has no limit. */
    public record LimitsRequest(Optional<KeyLimits> limits, Optional<Long> monthlyCap) {
        public LimitsRequest {
            limits = limits == null ? Optional.empty() : limits;
            monthlyCap = monthlyCap == null ? Optional.empty() : monthlyCap;
            AccountResource.checkCap(monthlyCap);
        }
    }

    /** The keys of the caller's account; an operator sees all. */
    @GET
    @Path("keys")
    public Uni<List<KeyStanding>> list(
            @QueryParam("after") Optional<UUID> after, @QueryParam("limit") @DefaultValue("100") int limit) {
        check(limit >= 1 && limit <= MAX_PAGE, "'limit' must be from 1 to " + MAX_PAGE);
        Caller me = caller.get();
        Optional<UUID> account = me.is(Role.OPERATOR) ? Optional.empty() : Optional.of(me.account());
        return keys.list(account, after, limit).chain(this::standings);
    }

    /** Changes what a key may ask for; it holds from the key's next request on. */
    @PUT
    @Path("keys/{id}/limits")
    @Needs(Role.OPERATOR)
    public Uni<KeyStanding> limit(@PathParam("id") UUID id, LimitsRequest request) {
        LimitsRequest asked = Requests.present(request);
        return keys.limit(id, asked.limits().orElse(KeyLimits.NONE), asked.monthlyCap())
                .map(changed ->
                        changed.orElseThrow(() -> new FarmException(ErrorCode.NOT_FOUND, "there is no key " + id)))
                .invoke(() -> authenticator.forget(id))
                .chain(changed -> standings(List.of(changed)))
                .map(List::getFirst);
    }

    private Uni<List<KeyStanding>> standings(List<PostgresKeys.ListedKey> listed) {
        List<UUID> ids = listed.stream().map(PostgresKeys.ListedKey::id).toList();
        return uses.totals(ids, KeyUse.day(clock.instant())).map(totals -> listed.stream()
                .map(key -> new KeyStanding(key, used(totals, key.id())))
                .toList());
    }

    private static KeyUse.Totals used(Map<UUID, KeyUse.Totals> totals, UUID key) {
        return totals.getOrDefault(key, KeyUse.Totals.NONE);
    }
}
