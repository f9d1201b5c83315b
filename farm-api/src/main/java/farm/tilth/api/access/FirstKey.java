package farm.tilth.api.access;

import farm.tilth.api.server.DataFolder;
import farm.tilth.protocol.FarmException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The key with which a new farm is begun: of the first account, with every role and some credit. The data folder
 * keeps it; when it is lost there, a new one is made for the same account.
 */
@ApplicationScoped
public class FirstKey {
    private static final String NAME = "first";

    private final DataFolder folder;
    private final Authenticator authenticator;
    private final Accounts accounts;
    private final PostgresKeys keys;
    private final Balances balances;
    private final long credit;
    private volatile String text;

    FirstKey(
            DataFolder folder,
            Authenticator authenticator,
            Accounts accounts,
            PostgresKeys keys,
            Balances balances,
            @ConfigProperty(name = "tilth.first-credit") long credit) {
        this.folder = folder;
        this.authenticator = authenticator;
        this.accounts = accounts;
        this.keys = keys;
        this.balances = balances;
        this.credit = credit;
    }

    /** The key, as a client sends it. */
    public String text() {
        return text;
    }

    void prepare(@Observes StartupEvent start) throws Throwable {
        String known = Files.exists(folder.firstKey())
                ? Files.readString(folder.firstKey()).strip()
                : "";
        text = VertxContextSupport.subscribeAndAwait(() -> authenticator
                .authenticate("Bearer " + known)
                .replaceWith(known)
                .onFailure(FarmException.class)
                .recoverWithUni(this::make)
                .call(this::giveCredit));
        if (!text.equals(known)) {
            remember();
        }
    }

    private Uni<String> make() {
        return keys.firstAccount()
                .chain(first -> first.isPresent()
                        ? accounts.addKey(first.get(), NAME, EnumSet.allOf(Role.class))
                        : accounts.open(NAME, EnumSet.allOf(Role.class))
                                .call(made -> keys.rememberFirstAccount(made.account())))
                .map(made -> made.key().text());
    }

    private Uni<?> giveCredit(String key) {
        if (credit == 0) {
            return Uni.createFrom().voidItem();
        }
        return authenticator
                .authenticate("Bearer " + key)
                .chain(caller -> balances.credit(caller.account(), credit, NAME));
    }

    private void remember() throws IOException {
        DataFolder.writePrivately(folder.firstKey(), text + "\n");
    }
}
