package farm.tilth.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path root;

    @Test
    void folderIsOneFarmsAtATime() throws Exception {
        DataFolder folder = new DataFolder(root);
        try (DataFolder.FolderLock first = folder.lock()) {
            assertTrue(first.channel().isOpen());
            FarmException refused = assertThrows(FarmException.class, folder::lock);
            assertEquals(ErrorCode.CONFLICT, refused.code());
            assertTrue(refused.getMessage().contains(root.toString()), refused.getMessage());
            assertTrue(
                    refused.getMessage()
                            .contains(Long.toString(ProcessHandle.current().pid())),
                    refused.getMessage());
        }
        try (DataFolder.FolderLock again = folder.lock()) {
            assertTrue(again.channel().isOpen());
        }
    }

    @Test
    void lockFileOfADeadFarmDoesNotBlock() throws Exception {
        Files.writeString(root.resolve("farm.lock"), "999999999\n");
        try (DataFolder.FolderLock lock = new DataFolder(root).lock()) {
            assertTrue(lock.channel().isOpen());
        }
    }

    @Test
    void folderThatCannotBeMadeIsNamed() throws Exception {
        Path file = Files.writeString(root.resolve("a file"), "");
        FarmException refused = assertThrows(FarmException.class, () -> new DataFolder(file.resolve("x")).lock());
        assertEquals(ErrorCode.UNAVAILABLE, refused.code());
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    }

    @Test
    void privateFileIsItsOwnersAlone() throws Exception {
        Path file = root.resolve("secret");
        DataFolder.writePrivately(file, "one");
        DataFolder.writePrivately(file, "two");
        assertEquals("two", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var left = Files.list(root)) {
            assertEquals(1, left.count());
        }
    }
}
