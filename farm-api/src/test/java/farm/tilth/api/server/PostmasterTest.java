package farm.tilth.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostmasterTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "x\n/data\n0\n5432\n", "1\n/data\n0\nx\n", "999999999\n/data\n0\n5432\n"})
    void pidFileThatNamesNoServerIsNoServer(String text) throws IOException {
        Files.writeString(folder.resolve("postmaster.pid"), text);
        assertEquals(Optional.empty(), Postmaster.of(folder));
    }

    @Test
    void otherProgramsAreNotTakenForOurServer() throws IOException {
        long us = ProcessHandle.current().pid();
        Files.writeString(folder.resolve("postmaster.pid"), us + "\n" + folder + "\n0\n5432\n");
        assertEquals(Optional.empty(), Postmaster.of(folder));
        assertEquals(List.of(), Postmaster.processesOn(folder));
    }

    @Test
    void folderWithoutPidFileHasNoServer() throws IOException {
        assertEquals(Optional.empty(), Postmaster.of(folder));
    }
}
