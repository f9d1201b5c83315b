package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneFolderTest {
    @TempDir
    private Path folder;

    @Test
    void aGltfBringsTheFilesThatItNames() throws IOException {
        Files.createDirectories(folder.resolve("textures"));
        Files.write(folder.resolve("mesh.bin"), new byte[3]);
        Files.write(folder.resolve("textures/wood grain.png"), new byte[3]);
        Path main = gltf("""
                {"asset":{"version":"2.0"},
                 "buffers":[{"uri":"mesh.bin"},{"uri":"data:application/octet-stream;base64,AAAA"},{}],
                 "images":[{"uri":"textures/wood%20grain.png"},{"uri":"./mesh.bin"},{"bufferView":0}]}""");
        SceneFolder scene = SceneFolder.of(main);
        assertEquals("scene.gltf", scene.main());
        assertEquals(
                List.of("mesh.bin", "scene.gltf", "textures/wood grain.png"),
                List.copyOf(scene.files().keySet()));
    }

    @Test
    void aMissingFileIsNamedWithItsPlace() throws IOException {
        Path main = gltf("{\"asset\":{},\"images\":[{\"bufferView\":1},{\"uri\":\"gone.png\"}]}");
        FarmException failure = refused(main);
        assertEquals(ErrorCode.INVALID_SCENE, failure.code());
        assertTrue(failure.getMessage().contains("scene.gltf, images[1]: 'gone.png' is missing"), failure.getMessage());
    }

    @Test
    void aPathOutOfTheFolderIsRefused() throws IOException {
        FarmException failure = refused(gltf("{\"asset\":{},\"buffers\":[{\"uri\":\"../secret\"}]}"));
        assertTrue(failure.getMessage().contains("outside the scene's folder"), failure.getMessage());
        assertTrue(refused(gltf("{\"asset\":{},\"buffers\":[{\"uri\":\"/etc/passwd\"}]}"))
                .getMessage()
                .contains("outside"));
    }

    @Test
    void aGlbAloneIsOneFile() throws IOException {
        Path main = glb("{\"asset\":{\"version\":\"2.0\"},\"buffers\":[{\"byteLength\":4}]}");
        assertEquals(
                List.of("scene.glb"), List.copyOf(SceneFolder.of(main).files().keySet()));
    }

    @Test
    void aGlbMayNameFilesToo() throws IOException {
        Files.write(folder.resolve("a+b.png"), new byte[1]);
        Path main = glb("{\"asset\":{},\"images\":[{\"uri\":\"a+b.png\"}]}");
        assertTrue(SceneFolder.of(main).files().containsKey("a+b.png"));
    }

    @Test
    void whatIsNoSceneIsRefused() throws IOException {
        assertTrue(refused(gltf("{\"asset\":")).getMessage().contains("no glTF 2.0 file"));
        assertTrue(refused(gltf("[]")).getMessage().contains("no \"asset\""));
        assertTrue(refused(Files.write(folder.resolve("empty.glb"), new byte[0]))
                .getMessage()
                .contains("no \"asset\""));
        assertEquals(ErrorCode.NOT_FOUND, refused(folder.resolve("nowhere.glb")).code());
        byte[] broken = "glTF\2\0\0\0\0\0\0\0\377\377\377\177JSON".getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(refused(Files.write(folder.resolve("b.glb"), broken))
                .getMessage()
                .contains("is broken"));
    }

    private static FarmException refused(Path main) {
        return assertThrows(FarmException.class, () -> SceneFolder.of(main));
    }

    private Path gltf(String json) throws IOException {
        return Files.writeString(folder.resolve("scene.gltf"), json);
    }

    private Path glb(String json) throws IOException {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(20 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x46546c67)
                .putInt(2)
                .putInt(20 + text.length)
                .putInt(text.length)
                .putInt(0x4e4f534a);
        return Files.write(folder.resolve("scene.glb"), out.put(text).array());
    }
}
