package farm.tilth.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.FarmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {
    @TempDir
    private Path folder;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final CompletableFuture<FarmException> gaveUp = new CompletableFuture<>();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private Keeper keeper(RestartPolicy policy, String... command) {
        Program program = new Program("part", List.of(command), Map.of("GREETING", "hello"), folder.resolve("log"));
        return new Keeper(program, policy, timer, notices::add, gaveUp::complete);
    }

    private static RestartPolicy policy(int attempts) {
        return new RestartPolicy(Duration.ofMillis(5), Duration.ofMillis(20), attempts, Duration.ofMinutes(1));
    }

    @Test
    void aProgramThatKeepsDyingIsGivenUpWithItsLog() throws Exception {
        keeper(policy(2), "sh", "-c", "echo $GREETING; exit 4").start();
        FarmException failure = gaveUp.get(30, TimeUnit.SECONDS);
        assertTrue(failure.getMessage().startsWith("part died 3 times in a row"), failure.getMessage());
        assertTrue(failure.getMessage().endsWith("hello\nhello\nhello"), failure.getMessage());
        assertEquals(
                List.of("part ended with 4; it starts again in 5 ms", "part ended with 4; it starts again in 10 ms"),
                notices);
    }

    @Test
    void aProgramThatDoesNotExistIsGivenUpAtOnce() throws Exception {
        keeper(policy(2), folder.resolve("nothing").toString()).start();
        assertTrue(gaveUp.get(5, TimeUnit.SECONDS).getMessage().contains("could not be started"));
    }

    @Test
    void aStoppedProgramStaysStopped() throws Exception {
        Keeper keeper = keeper(policy(5), "sleep", "60");
        keeper.start();
        assertTrue(keeper.isAlive());
        keeper.stop();
        keeper.awaitEnd(Duration.ofSeconds(10));
        assertFalse(keeper.isAlive());
        keeper.start();
        assertFalse(keeper.isAlive());
        assertEquals(List.of(), notices);
    }

    @Test
    void aLongLogIsPutAside() throws Exception {
        Path log = Files.write(folder.resolve("log"), new byte[(8 << 20) + 1]);
        Keeper keeper = keeper(policy(0), "sh", "-c", "echo new");
        keeper.start();
        keeper.awaitEnd(Duration.ofSeconds(10));
        assertEquals("new\n", Files.readString(log));
        assertTrue(Files.exists(folder.resolve("log.1")));
    }

    @Test
    void thePauseGrowsToItsLimit() {
        RestartPolicy policy = RestartPolicy.DEFAULT;
        assertEquals(Duration.ofMillis(500), policy.pause(1));
        assertEquals(Duration.ofSeconds(2), policy.pause(3));
        assertEquals(policy.longest(), policy.pause(1000));
        assertTrue(policy.allows(8) && !policy.allows(9));
    }
}
