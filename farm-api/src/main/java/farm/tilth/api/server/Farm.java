package farm.tilth.api.server;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;

/** What runs once everything is up: says where the farm is, and waits for the end. */
public final class Farm implements QuarkusApplication {
    private final Announcement announcement;

    Farm(Announcement announcement) {
        this.announcement = announcement;
    }

    @Override
    public int run(String... arguments) throws Exception {
        announcement.publish();
        Quarkus.waitForExit();
        return 0;
    }
}
