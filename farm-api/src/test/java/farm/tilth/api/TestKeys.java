package farm.tilth.api;

import farm.tilth.api.access.Accounts;
import farm.tilth.api.access.FirstKey;
import farm.tilth.api.access.Role;
import io.quarkus.arc.Arc;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.util.Set;

/** Keys for tests, and requests that carry them. */
public final class TestKeys {
    private TestKeys() {}

    /** The farm's first key: every role. */
    public static String first() {
        return Arc.container().instance(FirstKey.class).get().text();
    }

    /** The key of a new account. */
    public static String open(String name, Role... roles) {
        try {
            Accounts accounts = Arc.container().instance(Accounts.class).get();
            return VertxContextSupport.subscribeAndAwait(() -> accounts.open(name, Set.of(roles)))
                    .key()
                    .text();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A request of the first account. */
    public static RequestSpecification asFirst() {
        return as(first());
    }

    /** A request with a key. */
    public static RequestSpecification as(String key) {
        return RestAssured.given().header("Authorization", "Bearer " + key);
    }
}
