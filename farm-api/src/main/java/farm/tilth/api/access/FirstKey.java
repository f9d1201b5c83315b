package farm.tilth.api.access;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.server.DataFolder;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.EnumSet;
import org.jboss.logging.Logger;

/**
 * The key with which a new farm is begun: of the first account, with every role. It is the one in the data folder's
 * farm.json as long as that is valid; otherwise a new one is made for the same account.
 */
@ApplicationScoped
public class FirstKey {
    private static final Logger LOG = Logger.getLogger(FirstKey.class);
    private static final String NAME = "first";

    private final DataFolder folder;
    private final Authenticator authenticator;
    private final Accounts accounts;
    private final PostgresKeys keys;
    private volatile String text;

    FirstKey(DataFolder folder, Authenticator authenticator, Accounts accounts, PostgresKeys keys) {
        this.folder = folder;
        this.authenticator = authenticator;
        this.accounts = accounts;
        this.keys = keys;
    }

    /** The key, as a client sends it. */
    public String text() {
        return text;
    }

    void prepare(@Observes StartupEvent start) throws Throwable {
        String known = remembered();
        text = VertxContextSupport.subscribeAndAwait(() -> authenticator
                .authenticate("Bearer " + known)
                .replaceWith(known)
                .onFailure(FarmException.class)
                .recoverWithUni(this::make));
    }

    private Uni<String> make() {
        return keys.firstAccount()
                .chain(first -> first.isPresent()
                        ? accounts.addKey(first.get(), NAME, EnumSet.allOf(Role.class))
                        : accounts.open(NAME, EnumSet.allOf(Role.class))
                                .call(made -> keys.rememberFirstAccount(made.account())))
                .map(made -> made.key().text());
    }

    private String remembered() {
        try {
            JsonNode contact = Json.MAPPER.readTree(folder.announcement().toFile());
            return contact.path("key").asText();
        } catch (IOException e) {
            LOG.debugf("no earlier key: %s", e.getMessage());
            return "";
        }
    }
}
