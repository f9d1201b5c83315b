package farm.tilth.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.cli.process.FarmFile;
import farm.tilth.cli.process.FarmSettings;
import farm.tilth.cli.process.ForegroundProcess;
import farm.tilth.cli.process.Installation;
import farm.tilth.cli.process.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others wrote, unmodified, against a farm of real processes with a real model: the npm packages openai and
 * @grpc/grpc-js. And a batch whose worker is killed twice on the way. Needs the packaged programs, Node and npm.
 */
class ClientsIT {
    private static final Path CLIENTS = Path.of("src", "test", "clients").toAbsolutePath();

    @TempDir
    private static Path folder;

    private static Supervisor supervisor;
    private static FarmFile contact;

    @BeforeAll
    static void startFarm() throws IOException, InterruptedException {
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(CLIENTS.resolve(file), folder.resolve(file));
        }
        assertEquals(0, run(List.of("npm", "ci", "--no-audit", "--no-fund", "--prefix", folder.toString()), Map.of()));
        supervisor = Supervisor.start(
                FarmSettings.temporary("inference=1,trusted=1"), Installation.at(Path.of("..")), System.out::println);
        contact = supervisor.farm();
    }

    @AfterAll
    static void stopFarm() {
        if (supervisor != null) {
            supervisor.close();
        }
    }

    private static int run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        return ForegroundProcess.run(command, environment, ProcessBuilder.Redirect.INHERIT);
    }

    @Test
    void unmodifiedClientsWork() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "--test"));
        for (String test : List.of("openai.test.mjs", "grpc.test.mjs", "tensors.test.mjs")) {
            command.add(Files.copy(CLIENTS.resolve(test), folder.resolve(test)).toString());
        }
        Path proto = Path.of("..", "farm-api", "src", "main", "proto", "open_inference.proto");
        Map<String, String> farm = Map.of(
                "TILTH_URL", contact.url(),
                "TILTH_KEY", contact.key(),
                "TILTH_PROTO", proto.toAbsolutePath().normalize().toString());
        assertEquals(0, run(command, farm), "the clients' own tests say what failed");
    }

    @Test
    void batchIsCompleteOrderedAndPaidOnceThoughItsWorkerIsKilledTwice() throws Exception {
        int requests = Integer.getInteger("tilth.batch.requests", 800);
        new KilledBatch(supervisor, contact).run(requests);
    }
}
