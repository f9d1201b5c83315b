package farm.tilth.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.render.loader.SceneExtensions;
import farm.tilth.splitter.assemble.PngEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the benchmark over a list of scenes reads and writes. */
class RenderBenchmarkTest {
    private static final String LIST = """
            {"scenes": [
              {"name": "A", "model": "a/a.glb", "width": 8, "height": 4, "environment": "sky.hdr",
               "environment_rotation_deg": 90, "background": "transparent",
               "camera": {"position": [0, 1, 2], "target": [0, 0, 0], "up": [0, 1, 0], "vfov_deg": 45},
               "tonemap": {"name": "aces", "exposure": 0.5, "input_scale": 1.6666667, "gamma": 2.2}},
              {"name": "B", "model": "b.gltf", "width": 5, "height": 5, "environment": null,
               "background": [0, 0.5, 1], "golden": "golden.png",
               "peers": {"one": {"frame": 30, "object": 20}, "other": {"frame": 29, "object": 21.25}}, "animation": {"index": 2, "time": 0.5},
               "camera": {"position": [0, 1, 2], "target": [0, 0, 0], "up": [0, 1, 0], "vfov_deg": 30}}]}
            """;

    @TempDir
    private Path folder;

    private SceneList list() throws IOException {
        return SceneList.read(Files.writeString(folder.resolve("scenes.json"), LIST));
    }

    @Test
    void theListIsReadWithItsRecipes() throws IOException {
        SceneList.Entry a = list().scenes().getFirst();
        assertEquals(folder.resolve("a/a.glb"), a.model());
        assertEquals(Optional.of(folder.resolve("sky.hdr")), a.environment());
        assertEquals(-1, a.toneMap().exposure(), 1e-6);
        assertEquals(Optional.of(2.2), a.toneMap().gamma());
        assertEquals(Optional.empty(), a.background());
        SceneList.Entry b = list().scenes().getLast();
        assertEquals(Optional.empty(), b.environment());
        assertEquals(Optional.of(2), b.animation());
        assertEquals(0.5, b.background().orElseThrow()[1]);
    }

    @Test
    void onlyTheScenesThatAreNamedAreChosen() throws IOException {
        String[] args = {"--scenes", "s.json", "--out", "o", "--only", "B", "--samples", "3"};
        RenderBenchmarkOptions options = RenderBenchmarkOptions.parse(args);
        assertEquals("B", options.chosen(list()).getFirst().name());
        assertEquals(1, options.factor());
        assertEquals(3, options.samplesPerRenderedPixel());
        assertTrue(options.denoise());
        args[5] = "C";
        RenderBenchmarkOptions unknown = RenderBenchmarkOptions.parse(args);
        SceneList list = list();
        assertThrows(IllegalArgumentException.class, () -> unknown.chosen(list));
    }

    @Test
    void aWrongCommandLineIsRefused() {
        for (String line :
                new String[] {"--scenes a", "--scenes a --out b --sample 3", "--scenes a --out b --samples x"}) {
            assertThrows(IllegalArgumentException.class, () -> RenderBenchmarkOptions.parse(line.split(" ")), line);
        }
    }

    @Test
    void thePageNamesExtensionsScenesAndScores() throws IOException {
        Files.createDirectories(folder.resolve("a"));
        Files.writeString(
                folder.resolve("b.gltf"), "{\"extensionsUsed\":[\"KHR_materials_unlit\",\"EXT_unheard_of\"]}");
        byte[] json = "{\"extensionsUsed\":[]}".getBytes(StandardCharsets.UTF_8);
        Files.write(
                folder.resolve("a/a.glb"),
                ByteBuffer.allocate(20 + json.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0x46546c67)
                        .putInt(2)
                        .putInt(20 + json.length)
                        .putInt(json.length)
                        .putInt(0x4e4f534a)
                        .put(json)
                        .array());
        Conformance conformance = new Conformance();
        for (SceneList.Entry entry : list().scenes()) {
            conformance.add(entry, folder.resolve("none.png"), Optional.of("INVALID_SCENE"));
        }
        String page = conformance.page("engine-1", "64 samples");
        assertTrue(page.contains("| EXT_unheard_of | **no** | B | refused: INVALID_SCENE |"), page);
        assertTrue(
                page.contains(
                        "| KHR_materials_unlit | " + SceneExtensions.supported().get("KHR_materials_unlit") + " | B |"),
                page);
    }

    @Test
    void theScoreIsThatOfTheReferencesObject() throws IOException {
        int[] golden = {0xff000000, 0xff000000, 0, 0, 0xff000000, 0xff000000, 0, 0};
        int[] found = {0xff333333, 0xff333333, 0, 0, 0xff333333, 0xff333333, 0, 0};
        Path a = Files.write(folder.resolve("golden.png"), PngEncoder.encode(4, 2, golden));
        Path b = Files.write(folder.resolve("found.png"), PngEncoder.encode(4, 2, found));
        Conformance.Score score = Conformance.score(a, b);
        assertEquals(-20 * Math.log10(0.2), score.object(), 1e-9);
        assertEquals(score.object() + 10 * Math.log10(2), score.frame(), 1e-9);
        assertEquals(99.99, Conformance.score(a, a).frame());
    }

    @Test
    void thePageComparesWithTheBestPeer() throws IOException {
        int[] golden = new int[40];
        java.util.Arrays.fill(golden, 0xff808080);
        Path picture = Files.write(folder.resolve("golden.png"), PngEncoder.encode(8, 5, golden));
        Files.writeString(folder.resolve("b.gltf"), "{}");
        Conformance conformance = new Conformance();
        conformance.add(list().scenes().getLast(), picture, Optional.empty());
        String page = conformance.page("engine-1", "256 samples a pixel, denoised");
        assertTrue(page.contains("| B | 100.0 | other | 21.3 |"), page);
        assertTrue(page.contains("engine `engine-1`: 256 samples a pixel, denoised."), page);
    }

    @Test
    void noiseIsLeftInOnDemandAlone() {
        RenderBenchmarkOptions options = RenderBenchmarkOptions.parse("--no-denoise --scenes s --out o".split(" "));
        assertEquals("256 samples a pixel, rendered at 2 times the size, not denoised", options.recipe());
    }
}
