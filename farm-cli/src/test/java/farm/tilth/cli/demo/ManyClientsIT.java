package farm.tilth.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.cli.process.FarmSettings;
import farm.tilth.cli.process.Installation;
import farm.tilth.cli.process.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Far more clients than one machine can serve, against a farm of real processes with a real model: each is answered or
 * told when to come back, in about the same time, and the farm takes no more memory for it than it may. Needs the
 * packaged programs.
 */
@Tag("long")
class ManyClientsIT {
    private static final int CLIENTS = Integer.getInteger("tilth.clients", 1000);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("tilth.clients.seconds", 60));
    /** What the coordinator may take: its heap of 512 MiB, and what a Java process needs beside it. */
    private static final long MOST_RESIDENT_MIB = 900;

    @Test
    void everyClientIsAnsweredOrToldToComeBack() throws IOException, InterruptedException {
        try (Supervisor supervisor = Supervisor.start(
                FarmSettings.temporary("inference=1,trusted=1"), Installation.at(Path.of("..")), System.out::println)) {
            ManyClients clients = new ManyClients(supervisor.farm());
            clients.run(CLIENTS / 10 + 1, TIME.dividedBy(4));
            Map<String, Resident> before = Resident.of(supervisor);
            ManyClients.Report report = clients.run(CLIENTS, TIME);
            Map<String, Resident> after = Resident.of(supervisor);
            System.out.println(CLIENTS + " clients for " + TIME.toSeconds() + " s: " + report);
            System.out.println("resident before " + before + "\nresident after  " + after);
            assertEquals(Set.of(), report.errors().keySet(), report::toString);
            assertTrue(report.answered() > 0, report::toString);
            assertTrue(report.p99Millis() <= 5 * report.p50Millis(), report::toString);
            assertTrue(after.get("farm-api").mebibytes() <= MOST_RESIDENT_MIB, after::toString);
        }
    }
}
