package farm.tilth.render.sample;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Writes glTF 2.0 documents, piece by piece; every method that adds something gives its number. */
public final class GltfBuilder {
    private static final int GLB_MAGIC = 0x46546c67;
    private static final int JSON_CHUNK = 0x4e4f534a;
    private static final int BINARY_CHUNK = 0x004e4942;

    private final ObjectNode root = Json.MAPPER.createObjectNode();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

    public GltfBuilder() {
        root.putObject("asset").put("version", "2.0").put("generator", "Tilth");
    }

    /** The document, for whatever has no method here. */
    public ObjectNode root() {
        return root;
    }

    /** A new entry of a list at the document's root. */
    public ObjectNode add(String list) {
        return root.withArray(list).addObject();
    }

    /** The number of the entry that was added last. */
    public int last(String list) {
        return root.withArray(list).size() - 1;
    }

    public int floats(String type, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return accessor(bytes.array(), 5126, type, values.length / components(type));
    }

    /** Unsigned integers of 1, 2 or 4 bytes. */
    public int unsigned(int bytesEach, String type, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * bytesEach).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            switch (bytesEach) {
                case 1 -> bytes.put((byte) value);
                case 2 -> bytes.putShort((short) value);
                default -> bytes.putInt(value);
            }
        }
        int component = bytesEach == 1 ? 5121 : bytesEach == 2 ? 5123 : 5125;
        return accessor(bytes.array(), component, type, values.length / components(type));
    }

    public int accessor(byte[] bytes, int componentType, String type, int count) {
        int view = view(bytes);
        add("accessors")
                .put("bufferView", view)
                .put("componentType", componentType)
                .put("type", type)
                .put("count", count);
        return last("accessors");
    }

    public int view(byte[] bytes) {
        while (binary.size() % 4 != 0) {
            binary.write(0);
        }
        add("bufferViews").put("buffer", 0).put("byteOffset", binary.size()).put("byteLength", bytes.length);
        binary.writeBytes(bytes);
        return last("bufferViews");
    }

    /** An image in the buffer and a texture that repeats it, filtered. */
    public int texture(byte[] png) {
        add("images").put("bufferView", view(png)).put("mimeType", "image/png");
        add("textures").put("source", last("images"));
        return last("textures");
    }

    /** A mesh of one primitive. */
    public int mesh(ObjectNode primitive) {
        add("meshes").putArray("primitives").add(primitive);
        return last("meshes");
    }

    /** A primitive's attributes by name and accessor; {@code indices} below 0 for none. */
    public static ObjectNode primitive(int indices, int material, Object... attributes) {
        ObjectNode primitive = Json.MAPPER.createObjectNode();
        ObjectNode names = primitive.putObject("attributes");
        for (int i = 0; i < attributes.length; i += 2) {
            names.put((String) attributes[i], (int) attributes[i + 1]);
        }
        if (indices >= 0) {
            primitive.put("indices", indices);
        }
        if (material >= 0) {
            primitive.put("material", material);
        }
        return primitive;
    }

    public ObjectNode node(String name) {
        return add("nodes").put("name", name);
    }

    public static void numbers(ObjectNode object, String name, double... values) {
        ArrayNode array = object.putArray(name);
        for (double value : values) {
            array.add(value);
        }
    }

    /** The scene with these nodes. */
    public void scene(List<Integer> nodes) {
        ArrayNode roots = root.put("scene", 0).withArray("scenes").addObject().putArray("nodes");
        nodes.forEach(roots::add);
    }

    public byte[] glb() {
        byte[] content = binary.toByteArray();
        root.putArray("buffers").addObject().put("byteLength", Math.max(1, content.length));
        byte[] json = Json.write(root).getBytes(StandardCharsets.UTF_8);
        int jsonBytes = (json.length + 3) / 4 * 4;
        int binaryBytes = Math.max(4, (content.length + 3) / 4 * 4);
        ByteBuffer out = ByteBuffer.allocate(28 + jsonBytes + binaryBytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(GLB_MAGIC).putInt(2).putInt(out.capacity());
        out.putInt(jsonBytes).putInt(JSON_CHUNK).put(json);
        while (out.position() < 20 + jsonBytes) {
            out.put((byte) ' ');
        }
        out.putInt(binaryBytes).putInt(BINARY_CHUNK).put(content);
        return out.array();
    }

    /** One .gltf with its buffer in a data: URI. */
    public byte[] gltf() {
        byte[] content = binary.toByteArray();
        root.putArray("buffers")
                .addObject()
                .put("byteLength", content.length)
                .put(
                        "uri",
                        "data:application/octet-stream;base64,"
                                + Base64.getEncoder().encodeToString(content));
        return Json.write(root).getBytes(StandardCharsets.UTF_8);
    }

    /** The buffer's content, for a .gltf that names it as a file. */
    public byte[] binary() {
        return binary.toByteArray();
    }

    private static int components(String type) {
        return switch (type) {
            case "SCALAR" -> 1;
            case "VEC2" -> 2;
            case "VEC3" -> 3;
            case "VEC4" -> 4;
            default -> 16;
        };
    }
}
