package farm.tilth.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A scene on this machine: its main file, a .glb or .gltf, and every file that it names, by path relative to the
 * folder of the main file.
 */
public record SceneFolder(String main, SortedMap<String, Path> files) {
    private static final int GLB_MAGIC = 0x46546c67;
    private static final int JSON_CHUNK = 0x4e4f534a;
    private static final int MAX_JSON_BYTES = 256 << 20;

    /** @throws FarmException with INVALID_SCENE when it is no glTF file, or one that it names is missing */
    public static SceneFolder of(Path file) {
        Path main = file.toAbsolutePath().normalize();
        SortedMap<String, Path> files = new TreeMap<>();
        String name = main.getFileName().toString();
        files.put(name, main);
        JsonNode gltf = document(main, file);
        collect(gltf, "buffers", main, files);
        collect(gltf, "images", main, files);
        return new SceneFolder(name, files);
    }

    private static JsonNode document(Path main, Path given) {
        try {
            JsonNode gltf = Json.MAPPER.readTree(isBinary(main) ? jsonChunk(main) : text(main));
            if (gltf == null || !gltf.path("asset").isObject()) {
                throw invalid(given + " is no glTF 2.0 file: it has no \"asset\"");
            }
            return gltf;
        } catch (JsonProcessingException e) {
            throw invalid(given + " is no glTF 2.0 file: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new FarmException(ErrorCode.NOT_FOUND, given + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] text(Path main) throws IOException {
        if (Files.size(main) > MAX_JSON_BYTES) {
            throw new FarmException(ErrorCode.TOO_LARGE, main + " is larger than " + MAX_JSON_BYTES + " bytes");
        }
        return Files.readAllBytes(main);
    }

    private static boolean isBinary(Path main) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(main))) {
            return Files.size(main) >= 4 && Integer.reverseBytes(in.readInt()) == GLB_MAGIC;
        }
    }

    /** The first chunk of a .glb: 12 bytes of header, then length, type and text. */
    private static byte[] jsonChunk(Path main) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(main))) {
            in.skipNBytes(12);
            int length = Integer.reverseBytes(in.readInt());
            int type = Integer.reverseBytes(in.readInt());
            if (type != JSON_CHUNK || length < 0 || length > MAX_JSON_BYTES || length > Files.size(main)) {
                throw invalid(main + " is broken: its first chunk is not the JSON that a .glb starts with");
            }
            return in.readNBytes(length);
        }
    }

    private static void collect(JsonNode gltf, String list, Path main, SortedMap<String, Path> files) {
        int index = 0;
        for (JsonNode entry : gltf.path(list)) {
            String uri = entry.path("uri").asText("");
            if (!uri.isEmpty() && !uri.startsWith("data:")) {
                String path = URLDecoder.decode(uri.replace("+", "%2B"), StandardCharsets.UTF_8);
                Path file = resolve(main, path, list + "[" + index + "]");
                files.put(main.getParent().relativize(file).toString().replace('\\', '/'), file);
            }
            index++;
        }
    }

    private static Path resolve(Path main, String path, String place) {
        String where = main.getFileName() + ", " + place + ": ";
        Path folder = main.getParent();
        Path file;
        try {
            file = folder.resolve(path).normalize();
        } catch (InvalidPathException e) {
            throw invalid(where + "'" + path + "' is no file's path");
        }
        if (!file.startsWith(folder)) {
            throw invalid(where + "'" + path + "' lies outside the scene's folder; move it into " + folder);
        }
        if (!Files.isRegularFile(file)) {
            throw invalid(where + "'" + path + "' is missing; it should be at " + file);
        }
        return file;
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_SCENE, message);
    }
}
