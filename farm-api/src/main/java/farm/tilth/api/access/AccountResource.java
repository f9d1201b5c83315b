package farm.tilth.api.access;

import static farm.tilth.api.access.Requests.check;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Accounts and keys over REST. */
@Path("/api/v1")
public class AccountResource {
    private static final int MAX_NAME = 100;
    private static final int MAX_IDEMPOTENCY_KEY = 200;
    private static final int CREATED = 201;
    /** One credit at most: 10¹² T. Sums of many such still fit the ledger's numbers. */
    private static final long MAX_CREDIT = 1_000_000_000_000L * 1_000_000L;

    private final CurrentCaller caller;
    private final Accounts accounts;
    private final PostgresKeys keys;
    private final Balances balances;

    AccountResource(CurrentCaller caller, Accounts accounts, PostgresKeys keys, Balances balances) {
        this.caller = caller;
        this.accounts = accounts;
        this.keys = keys;
        this.balances = balances;
    }

    /** An account as its holder sees it; the balance in µT. */
    public record AccountView(UUID id, String name, Set<Role> roles, long balance) {}

    /**
     * Asks for an account with a key.
     *
     * @param credit what it starts with, in µT
     * @param monthlyCap what the key's jobs and calls may cost in a calendar month (UTC), in µT
     */
    public record KeyRequest(
            String name,
            Set<Role> roles,
            Optional<Long> credit,
            Optional<Long> monthlyCap,
            Optional<KeyLimits> limits) {
        public KeyRequest {
            limits = limits == null ? Optional.empty() : limits;
            credit = credit == null ? Optional.empty() : credit;
            monthlyCap = monthlyCap == null ? Optional.empty() : monthlyCap;
            checkCap(monthlyCap);
            check(name != null && !name.isBlank() && name.length() <= MAX_NAME, "'name' needs 1 to 100 characters");
            check(roles != null && !roles.isEmpty(), "'roles' needs at least one of CUSTOMER, OWNER, OPERATOR");
            credit.ifPresent(amount -> checkAmount("credit", amount));
        }
    }

    /** A new key; the farm does not keep it. */
    public record KeyView(UUID id, UUID account, String key) {}

    /** Asks for credit, in µT. */
    public record CreditRequest(Long amount) {
        public CreditRequest {
            check(amount != null, "'amount' is missing");
            checkAmount("amount", amount);
        }
    }

    /** The credit's outcome; the balance in µT. */
    public record CreditView(UUID id, String name, long balance) {}

    /** The caller's account. */
    @GET
    @Path("account")
    public Uni<AccountView> account() {
        Caller me = caller.get();
        return name(me.account()).chain(name -> balances.balance(me.account())
                .map(balance -> new AccountView(me.account(), name, new TreeSet<>(me.roles()), balance)));
    }

    /** Makes an account and its key; with an Idempotency-Key once, since a key is shown once. */
    @POST
    @Path("keys")
    @Needs(Role.OPERATOR)
    @ResponseStatus(CREATED)
    public Uni<KeyView> makeKey(@HeaderParam("Idempotency-Key") Optional<String> idempotencyKey, KeyRequest request) {
        KeyRequest asked = Requests.present(request);
        idempotencyKey.ifPresent(AccountResource::checkIdempotencyKey);
        Optional<KeyOrigin> origin =
                idempotencyKey.map(key -> new KeyOrigin(caller.get().account(), key, Digest.ofText(Json.write(asked))));
        Uni<Optional<PostgresKeys.MadeKey>> before =
                origin.map(keys::made).orElseGet(() -> Uni.createFrom().item(Optional.empty()));
        return before.invoke(made -> made.ifPresent(earlier -> refuseAgain(earlier, origin.orElseThrow())))
                .chain(() -> open(asked, origin));
    }

    private static void refuseAgain(PostgresKeys.MadeKey earlier, KeyOrigin origin) {
        if (!earlier.requestHash().equals(origin.requestHash().hex())) {
            throw new FarmException(
                    ErrorCode.IDEMPOTENCY_MISMATCH,
                    "Idempotency-Key: key " + earlier.id() + " was made with it by another request; use a new one");
        }
        throw new FarmException(
                ErrorCode.CONFLICT,
                "Idempotency-Key: key " + earlier.id() + " of account " + earlier.account()
                        + " was made with it before,"
                        + " and a key is shown once; if it was lost, make another with a new Idempotency-Key");
    }

    private Uni<KeyView> open(KeyRequest asked, Optional<KeyOrigin> origin) {
        return accounts.open(
                        new Accounts.Opening(
                                asked.name(),
                                asked.roles(),
                                asked.monthlyCap(),
                                asked.limits().orElse(KeyLimits.NONE)),
                        origin)
                .call(made -> asked.credit().isEmpty()
                        ? Uni.createFrom().voidItem()
                        : balances.credit(made.account(), asked.credit().get(), "opening"))
                .map(made ->
                        new KeyView(made.key().id(), made.account(), made.key().text()));
    }

    /** Adds to an account's balance. */
    @POST
    @Path("accounts/{id}/credits")
    @Needs(Role.OPERATOR)
    @ResponseStatus(CREATED)
    public Uni<CreditView> credit(
            @PathParam("id") UUID id,
            @HeaderParam("Idempotency-Key") Optional<String> idempotencyKey,
            CreditRequest request) {
        CreditRequest asked = Requests.present(request);
        String cause = idempotencyKey.orElseGet(() -> UUID.randomUUID().toString());
        checkIdempotencyKey(cause);
        return name(id).chain(name -> balances.credit(id, asked.amount(), "credit:" + cause)
                .map(balance -> new CreditView(id, name, balance)));
    }

    private Uni<String> name(UUID account) {
        return accounts.name(account)
                .map(found -> found.orElseThrow(
                        () -> new FarmException(ErrorCode.NOT_FOUND, "there is no account " + account)));
    }

    static void checkCap(Optional<Long> monthlyCap) {
        monthlyCap.ifPresent(cap -> check(
                cap >= 0 && cap <= MAX_CREDIT,
                "'monthlyCap' is " + cap + "; it must be from 0 to " + MAX_CREDIT + " µT"));
    }

    private static void checkIdempotencyKey(String key) {
        check(
                !key.isBlank() && key.length() <= MAX_IDEMPOTENCY_KEY,
                "the header Idempotency-Key needs 1 to 200 characters");
    }

    private static void checkAmount(String field, long amount) {
        check(
                amount > 0 && amount <= MAX_CREDIT,
                "'" + field + "' is " + amount + "; it must be from 1 to " + MAX_CREDIT + " µT");
    }
}
