package farm.tilth.api.server;

import farm.tilth.api.access.FirstKey;
import farm.tilth.protocol.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** Tells scripts where the farm is, and with which key to begin: {@code farm.json} in its data folder. */
@ApplicationScoped
public class Announcement {
    private static final Logger LOG = Logger.getLogger(Announcement.class);

    private final DataFolder folder;
    private final FirstKey firstKey;

    Announcement(DataFolder folder, FirstKey firstKey) {
        this.folder = folder;
        this.firstKey = firstKey;
    }

    /** The file's content. */
    public record Contact(String url, String key) {}

    /** Writes the file; to be called when the port is open. */
    void publish() throws IOException {
        Contact contact = new Contact(url(), firstKey.text());
        DataFolder.writePrivately(folder.announcement(), Json.write(contact) + "\n");
        LOG.infof("the farm is ready at %s; its first key is in %s", contact.url(), folder.announcement());
    }

    private static String url() {
        String host = setting("quarkus.http.host");
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        return "http://" + (everywhere ? "127.0.0.1" : host) + ":" + setting("quarkus.http.port");
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }
}
