package farm.tilth.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderIsMadeAndHeldOnce() throws IOException {
        Path data = folder.resolve("a b/data");
        try (DataFolder held = DataFolder.lock(data)) {
            FarmException refused = assertThrows(FarmException.class, () -> DataFolder.lock(data));
            assertEquals(ErrorCode.CONFLICT, refused.code());
            assertTrue(refused.getMessage().contains("--data"), refused.getMessage());
            assertTrue(held.channel().isOpen());
        }
        assertEquals("", Files.readString(data.resolve("up.lock")));
        DataFolder.lock(data).close();
    }

    @Test
    void aLockFileThatAKilledFarmLeftIsNoLock() throws IOException {
        Files.writeString(folder.resolve("up.lock"), "process 1");
        DataFolder.lock(folder).close();
    }

    @Test
    void aFolderThatCannotBeIsExplained() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        FarmException refused = assertThrows(FarmException.class, () -> DataFolder.lock(file));
        assertTrue(refused.getMessage().contains("choose another with --data"), refused.getMessage());
    }

    @Test
    void theFarmsFileIsReadWhenItIsWhole() throws IOException {
        assertEquals(Optional.empty(), FarmFile.read(folder));
        Files.writeString(folder.resolve("farm.json"), "{\"url\":\"http");
        assertEquals(Optional.empty(), FarmFile.read(folder));
        Files.writeString(folder.resolve("farm.json"), "{\"url\":\"http://h:1\",\"key\":\"secret\",\"more\":1}");
        FarmFile farm = FarmFile.read(folder).orElseThrow();
        assertEquals("secret", farm.key());
        assertFalse(farm.toString().contains("secret"));
    }

    @Test
    void aPidFileOfAnotherProgramIsNoPostgres() throws IOException {
        assertEquals(Optional.empty(), Postmaster.find(folder));
        Path data = Files.createDirectories(folder.resolve("postgres/data"));
        Files.writeString(
                data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n" + data + "\n");
        assertEquals(Optional.empty(), Postmaster.find(folder));
        Files.writeString(data.resolve("postmaster.pid"), "nonsense");
        assertEquals(Optional.empty(), Postmaster.find(folder));
    }
}
