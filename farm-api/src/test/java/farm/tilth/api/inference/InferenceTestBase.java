package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.fail;

import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Authenticator;
import farm.tilth.api.access.Role;
import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Workers, customers and their money for the tests of the endpoints. */
public abstract class InferenceTestBase {
    public static final long CREDIT = 1_000_000;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Inject
    protected FakeWorkers workers;

    @Inject
    Ledger ledger;

    @Inject
    CallAudits audits;

    @Inject
    Authenticator authenticator;

    private String key;
    private AccountId account;

    @BeforeEach
    protected void openAccount() {
        workers.clear();
        key = TestKeys.open("customer", Role.CUSTOMER);
        account = AccountId.customer(accountOf(key));
        new Treasury(ledger)
                .credit(account, CREDIT, Cause.request("test", UUID.randomUUID().toString()));
    }

    /** What one test left to be audited is not the next one's. */
    @AfterEach
    protected void everybodyLeaves() {
        workers.clear();
        workers.join(true, FakeWorkers.HONEST);
        await(() -> audits.open() == 0, "nothing waits for an audit");
        workers.clear();
    }

    /** A request of a customer with {@link #CREDIT}. */
    protected RequestSpecification json() {
        return TestKeys.as(key).contentType(ContentType.JSON);
    }

    protected String key() {
        return key;
    }

    protected AccountBalance balance() {
        return ledger.balance(account);
    }

    protected long earned(Digest worker) {
        return ledger.balance(AccountId.worker(worker)).balance();
    }

    private UUID accountOf(String customersKey) {
        try {
            return VertxContextSupport.subscribeAndAwait(() -> authenticator.authenticate("Bearer " + customersKey))
                    .account();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    protected static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                fail("in vain: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }
}
