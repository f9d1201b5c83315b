package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.FarmException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTargetTest {
    private static final List<Job.Output> OUTPUTS = List.of(
            output("frame-0007.exr"),
            output("frame-0007.png"),
            output("frame-0008.exr"),
            output("frame-0008.png"),
            output("video.mp4"));

    private static Job.Output output(String name) {
        return new Job.Output(name, "", "", 1);
    }

    private static List<String> places(String target, List<Job.Output> outputs) {
        return OutputTarget.of(target).places(outputs).keySet().stream()
                .map(Path::toString)
                .toList();
    }

    @Test
    void aFileTakesTheOutputOfItsKind() {
        assertEquals(List.of("a/still.png"), places("a/still.png", OUTPUTS.subList(0, 2)));
        assertEquals(List.of("film.MP4"), places("film.MP4", OUTPUTS));
    }

    @Test
    void aFolderTakesEverything(@TempDir Path folder) {
        assertEquals(5, places(folder.toString(), OUTPUTS).size());
        assertEquals("out/frame-0007.exr", places("out/", OUTPUTS).getFirst());
        assertEquals("out/frame-0007.exr", places("out", OUTPUTS).getFirst());
    }

    @Test
    void aPatternTakesTheFramesByNumber() {
        assertEquals(List.of("p/f7.png", "p/f8.png"), places("p/f#.png", OUTPUTS));
        assertEquals(List.of("f00007.exr", "f00008.exr"), places("f%05d.exr", OUTPUTS));
    }

    @Test
    void oneFileForManyFramesIsRefusedBeforehand() {
        FarmException failure =
                assertThrows(FarmException.class, () -> OutputTarget.of("a.png").check(2));
        assertTrue(failure.getMessage().contains("frame-####.png"), failure.getMessage());
        assertDoesNotThrow(() -> OutputTarget.of("a.png").check(1));
        assertDoesNotThrow(() -> OutputTarget.of("a.mp4").check(2));
        assertDoesNotThrow(() -> OutputTarget.of("a-###.exr").check(2));
        assertThrows(FarmException.class, () -> OutputTarget.of("a.jpeg").check(1));
    }

    @Test
    void aKindThatTheJobDoesNotHaveIsNamed() {
        FarmException failure = assertThrows(FarmException.class, () -> places("a.mp4", OUTPUTS.subList(0, 2)));
        assertTrue(failure.getMessage().contains("no .mp4"), failure.getMessage());
    }

    @Test
    void aFarmCannotWriteOutsideTheFolder() {
        for (String name : List.of("../x.png", "/etc/x", ".bashrc", "", "a\\b.png")) {
            assertThrows(FarmException.class, () -> places("out/", List.of(output(name))), name);
        }
    }
}
