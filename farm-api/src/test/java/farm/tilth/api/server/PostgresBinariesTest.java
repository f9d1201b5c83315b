package farm.tilth.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {
    @TempDir
    Path cache;

    @Test
    void twoThatUnpackAtOnceGetOneFolder() throws Exception {
        Callable<Path> unpack = () -> PostgresBinaries.unpacked(cache);
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            for (var home : both.invokeAll(List.of(unpack, unpack))) {
                assertEquals(cache.resolve("programs"), home.get());
            }
        }
        for (String program : List.of("postgres", "initdb", "pg_ctl")) {
            assertTrue(Files.isExecutable(cache.resolve("programs/bin").resolve(program)), program);
        }
        try (var left = Files.list(cache)) {
            assertEquals(1, left.count(), "half-unpacked folders are left");
        }
    }
}
