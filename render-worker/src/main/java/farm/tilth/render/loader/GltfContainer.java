package farm.tilth.render.loader;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.SceneLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The two parts of a .glb (glTF 2.0, section 4), or the one part of a .gltf.
 *
 * @param binary the GLB's own buffer
 */
record GltfContainer(Element root, Optional<ByteBuffer> binary) {
    private static final int GLB_MAGIC = 0x46546c67; // "glTF"
    private static final int JSON_CHUNK = 0x4e4f534a;
    private static final int BINARY_CHUNK = 0x004e4942;
    private static final int HEADER_BYTES = 12;
    private static final int CHUNK_HEADER_BYTES = 8;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_TOKENS = 8 << 20;

    /** Reads the main file, given as little-endian bytes. */
    static GltfContainer read(ByteBuffer file, String name, SceneLimits limits) {
        boolean glb = file.limit() >= 4 && file.getInt(0) == GLB_MAGIC;
        return glb ? readGlb(file, name, limits) : new GltfContainer(parse(file, name, limits), Optional.empty());
    }

    private static GltfContainer readGlb(ByteBuffer file, String name, SceneLimits limits) {
        if (file.limit() < HEADER_BYTES + CHUNK_HEADER_BYTES) {
            throw broken(name, "the GLB ends within its header");
        }
        if (file.getInt(4) != 2) {
            throw broken(name, "it is GLB version " + Integer.toUnsignedString(file.getInt(4)) + ", not 2");
        }
        long length = Integer.toUnsignedLong(file.getInt(8));
        if (length > file.limit()) {
            throw broken(name, "the GLB says " + length + " bytes, but the file has " + file.limit());
        }
        ByteBuffer json = null;
        ByteBuffer binary = null;
        long at = HEADER_BYTES;
        while (at + CHUNK_HEADER_BYTES <= length) {
            long chunkBytes = Integer.toUnsignedLong(file.getInt((int) at));
            int type = file.getInt((int) at + 4);
            at += CHUNK_HEADER_BYTES;
            if (chunkBytes > length - at) {
                throw broken(name, "a GLB chunk at byte " + (at - CHUNK_HEADER_BYTES) + " ends after the file");
            }
            ByteBuffer chunk = GltfBuffers.slice(file, (int) at, (int) chunkBytes);
            if (type == JSON_CHUNK && json == null) {
                json = chunk;
            } else if (type == BINARY_CHUNK && binary == null) {
                binary = chunk;
            }
            at += chunkBytes;
        }
        if (json == null) {
            throw broken(name, "the GLB has no JSON chunk");
        }
        return new GltfContainer(parse(json, name, limits), Optional.ofNullable(binary));
    }

    private static Element parse(ByteBuffer json, String name, SceneLimits limits) {
        if (json.limit() > limits.jsonBytes()) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    name + ": the glTF document has " + json.limit() + " bytes, at most " + limits.jsonBytes()
                            + " are read; move its buffers out of the JSON, or save it as .glb");
        }
        byte[] text = new byte[json.limit()];
        json.get(0, text);
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxTokenCount(MAX_TOKENS)
                .maxStringLength((int) limits.jsonBytes())
                .build();
        JsonMapper mapper = JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .build();
        try {
            return Element.root(mapper.readTree(text));
        } catch (JsonProcessingException e) {
            throw new FarmException(
                    ErrorCode.INVALID_SCENE, name + ": it is not glTF: " + explain(e, text) + "; export it again", e);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.INVALID_SCENE, name + ": it is not glTF: " + e.getMessage() + "; export it again", e);
        }
    }

    private static String explain(JsonProcessingException e, byte[] text) {
        boolean looksLikeJson = new String(text, 0, Math.min(text.length, 64), StandardCharsets.UTF_8)
                .stripLeading()
                .startsWith("{");
        if (!looksLikeJson) {
            return "it is neither a .glb nor JSON";
        }
        String place = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        return e.getOriginalMessage().lines().findFirst().orElse("the JSON is broken") + place;
    }

    private static FarmException broken(String name, String problem) {
        return new FarmException(
                ErrorCode.INVALID_SCENE, name + ": " + problem + "; upload the whole file or export it again");
    }
}
