package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openize.drako.AttributeType;
import com.openize.drako.DataType;
import com.openize.drako.Draco;
import com.openize.drako.DracoMesh;
import com.openize.drako.DrakoException;
import com.openize.drako.PointAttribute;
import com.openize.drako.Vector2;
import com.openize.drako.Vector3;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.SceneLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lwjgl.util.meshoptimizer.MeshOptimizer;

/** Draco and meshoptimizer: what was packed comes out, and what cannot be is refused. */
class CompressedGeometryTest {
    private static final float[] SQUARE = {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0};

    @Test
    void dracoMeshIsUnpackedIntoItsAccessors() {
        GltfBuilder builder = draco(dracoSquare());

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertEquals(2, mesh.triangleCount());
        for (int corner : mesh.indices()) {
            float x = mesh.positions()[corner * 3];
            float y = mesh.positions()[corner * 3 + 1];
            assertEquals(Math.round(x), x, 1e-3);
            assertEquals(x, mesh.uv0()[corner * 2], 1e-3);
            assertEquals(1 - y, mesh.uv0()[corner * 2 + 1], 1e-3);
        }
        assertEquals(1, area(mesh), 1e-3);
    }

    @Test
    void dracoCountsThatTheBytesCannotStandForAreRefused() {
        byte[] packed = dracoSquare();
        byte[] huge = packed.clone();
        // The header's 11 bytes, the kind of the traversal, and then the counts.
        ByteBuffer.wrap(huge, 12, 10).put(new byte[] {-1, -1, -1, -1, 7, -1, -1, -1, -1, 3});
        refused(draco(huge), "cannot be packed in");
        refused(draco(java.util.Arrays.copyOf(packed, packed.length / 2)), "its Draco data");
        refused(draco(new byte[40]), "its data is no Draco mesh");
    }

    @Test
    void meshoptViewsAreUnpackedWithEveryMode() {
        for (String mode : List.of("TRIANGLES", "INDICES")) {
            GltfBuilder builder = meshopt(mode);

            Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

            assertEquals(2, mesh.triangleCount());
            assertEquals(1, area(mesh), 1e-6);
        }
    }

    @Test
    void meshoptViewThatCannotBeIsRefused() {
        GltfBuilder builder = new GltfBuilder();
        int positions = meshoptFloats(builder, SQUARE);
        builder.node("n").put("mesh", builder.mesh(GltfBuilder.primitive(-1, -1, "POSITION", positions)));
        ObjectNode extension = (ObjectNode) builder.root().at("/bufferViews/0/extensions/EXT_meshopt_compression");
        extension.put("count", 400_000_000);
        refused(builder, "400000000 elements cannot be packed in");
        extension.put("count", 4).put("mode", "STRIPS");
        refused(builder, "'STRIPS' is not a mode");
        extension.put("mode", "ATTRIBUTES").put("filter", "QUATERNION");
        refused(builder, "needs a byteStride of 8");
        extension.remove("filter");
        extension.put("byteLength", 5);
        refused(builder, "cannot be unpacked");
    }

    @Test
    void filtersAgreeWithThoseOfTheLibrary() {
        SplittableRandom random = new SplittableRandom(5);
        for (String filter : List.of("OCTAHEDRAL", "QUATERNION", "EXPONENTIAL", "COLOR")) {
            for (int stride : new int[] {4, 8}) {
                if (stride == 4 && filter.equals("QUATERNION")) {
                    continue;
                }
                ByteBuffer raw = filtered(filter, stride, 200, random);
                ByteBuffer expected = copy(raw);
                switch (filter) {
                    case "OCTAHEDRAL" -> MeshOptimizer.meshopt_decodeFilterOct(expected, 200, stride);
                    case "QUATERNION" -> MeshOptimizer.meshopt_decodeFilterQuat(expected, 200, stride);
                    case "EXPONENTIAL" -> MeshOptimizer.meshopt_decodeFilterExp(expected, 200, stride);
                    default -> MeshOptimizer.meshopt_decodeFilterColor(expected, 200, stride);
                }
                ByteBuffer out =
                        MeshoptView.unpack(extension(filter, stride, 200), packed(raw, stride), SceneLimits.DEFAULT);
                // The library's own rounding differs between its scalar and its vector code.
                for (int at = 0; at < out.limit(); at += stride / 4) {
                    int difference =
                            stride == 8 ? expected.getShort(at) - out.getShort(at) : expected.get(at) - out.get(at);
                    assertTrue(Math.abs(difference) <= 1, filter + " " + stride + " differs by " + difference);
                }
            }
        }
    }

    private static ByteBuffer filtered(String filter, int stride, int count, SplittableRandom random) {
        ByteBuffer out = ByteBuffer.allocateDirect(count * stride).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[4 * count];
        for (int i = 0; i < count; i++) {
            double[] v = new double[4];
            for (int c = 0; c < 4; c++) {
                v[c] = random.nextDouble() * 2 - 1;
            }
            boolean three = filter.equals("OCTAHEDRAL");
            double length = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + (three ? 0 : v[3] * v[3]));
            for (int c = 0; c < 4; c++) {
                double unit = three && c == 3 ? 0 : v[c] / length;
                values[i * 4 + c] = (float) (filter.equals("COLOR") ? Math.abs(v[c]) : unit);
            }
        }
        java.nio.FloatBuffer in = ByteBuffer.allocateDirect(values.length * 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(values)
                .flip();
        switch (filter) {
            case "OCTAHEDRAL" -> MeshOptimizer.meshopt_encodeFilterOct(out, count, stride, stride * 2, in);
            case "QUATERNION" -> MeshOptimizer.meshopt_encodeFilterQuat(out, count, stride, 16, in);
            case "COLOR" -> MeshOptimizer.meshopt_encodeFilterColor(out, count, stride, stride * 2, in);
            default -> MeshOptimizer.meshopt_encodeFilterExp(out, count, stride, 15, in, 0);
        }
        return out;
    }

    private static ByteBuffer copy(ByteBuffer from) {
        ByteBuffer to = ByteBuffer.allocateDirect(from.limit()).order(ByteOrder.LITTLE_ENDIAN);
        return to.put(from.duplicate()).flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Element extension(String filter, int stride, int count) {
        ObjectNode node = farm.tilth.protocol.Json.MAPPER.createObjectNode();
        node.put("mode", "ATTRIBUTES")
                .put("filter", filter)
                .put("byteStride", stride)
                .put("count", count);
        return Element.root(node);
    }

    private static ByteBuffer packed(ByteBuffer raw, int stride) {
        int count = raw.limit() / stride;
        int bound = (int) MeshOptimizer.meshopt_encodeVertexBufferBound(count, stride);
        ByteBuffer out = ByteBuffer.allocateDirect(bound);
        return out.limit((int) MeshOptimizer.meshopt_encodeVertexBuffer(out, raw, count, stride));
    }

    private static byte[] bytes(ByteBuffer from) {
        byte[] out = new byte[from.limit()];
        from.get(0, out);
        return out;
    }

    /** A square whose indices were packed in some mode. */
    static GltfBuilder meshopt(String mode) {
        GltfBuilder builder = new GltfBuilder();
        int indices = meshoptIndices(builder, mode, 0, 1, 2, 0, 2, 3);
        int positions = meshoptFloats(builder, SQUARE);
        builder.node("n").put("mesh", builder.mesh(GltfBuilder.primitive(indices, -1, "POSITION", positions)));
        builder.root().putArray("extensionsRequired").add("EXT_meshopt_compression");
        return builder;
    }

    private static int meshoptFloats(GltfBuilder builder, float... values) {
        ByteBuffer raw = ByteBuffer.allocateDirect(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return meshopt(builder, bytes(packed(raw, 12)), "ATTRIBUTES", 12, values.length / 3, 5126, "VEC3");
    }

    private static int meshoptIndices(GltfBuilder builder, String mode, int... values) {
        java.nio.IntBuffer raw = ByteBuffer.allocateDirect(values.length * 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .put(values)
                .flip();
        ByteBuffer out = ByteBuffer.allocateDirect(1000);
        long size = mode.equals("TRIANGLES")
                ? MeshOptimizer.meshopt_encodeIndexBuffer(out, raw)
                : MeshOptimizer.meshopt_encodeIndexSequence(out, raw);
        return meshopt(builder, bytes(out.limit((int) size)), mode, 2, values.length, 5123, "SCALAR");
    }

    private static int meshopt(
            GltfBuilder builder, byte[] packed, String mode, int stride, int count, int component, String type) {
        int accessor = builder.accessor(packed, component, type, count);
        int view = builder.last("bufferViews");
        ObjectNode at = (ObjectNode) builder.root().at("/bufferViews/" + view);
        at.putObject("extensions")
                .putObject("EXT_meshopt_compression")
                .put("buffer", 0)
                .put("byteOffset", at.get("byteOffset").intValue())
                .put("byteLength", packed.length)
                .put("byteStride", stride)
                .put("mode", mode)
                .put("count", count);
        at.put("byteOffset", 0).put("byteLength", count * stride);
        return accessor;
    }

    static byte[] dracoSquare() {
        Vector3[] corners = new Vector3[4];
        Vector2[] uv = new Vector2[4];
        for (int i = 0; i < 4; i++) {
            corners[i] = new Vector3(SQUARE[i * 3], SQUARE[i * 3 + 1], SQUARE[i * 3 + 2]);
            uv[i] = new Vector2(SQUARE[i * 3], 1 - SQUARE[i * 3 + 1]);
        }
        DracoMesh mesh = new DracoMesh();
        mesh.addAttribute(PointAttribute.wrap(AttributeType.POSITION, corners));
        mesh.addAttribute(PointAttribute.wrap(AttributeType.TEX_COORD, uv));
        assertEquals(DataType.FLOAT32, mesh.attribute(0).getDataType());
        mesh.getIndices().addRange(new int[] {0, 1, 2, 0, 2, 3});
        mesh.setNumPoints(4);
        try {
            return Draco.encode(mesh);
        } catch (DrakoException e) {
            throw new AssertionError(e);
        }
    }

    static GltfBuilder draco(byte[] packed) {
        GltfBuilder builder = new GltfBuilder();
        int view = builder.view(packed);
        int positions = empty(builder, 5126, "VEC3", 4);
        int uv = empty(builder, 5126, "VEC2", 4);
        int indices = empty(builder, 5123, "SCALAR", 6);
        ObjectNode primitive = GltfBuilder.primitive(indices, -1, "POSITION", positions, "TEXCOORD_0", uv);
        ObjectNode extension = primitive.putObject("extensions").putObject("KHR_draco_mesh_compression");
        extension
                .put("bufferView", view)
                .putObject("attributes")
                .put("POSITION", 0)
                .put("TEXCOORD_0", 1);
        builder.node("n").put("mesh", builder.mesh(primitive));
        builder.root().putArray("extensionsRequired").add("KHR_draco_mesh_compression");
        return builder;
    }

    private static int empty(GltfBuilder builder, int component, String type, int count) {
        builder.add("accessors")
                .put("componentType", component)
                .put("type", type)
                .put("count", count);
        return builder.last("accessors");
    }

    private static double area(Mesh mesh) {
        double sum = 0;
        float[] p = mesh.positions();
        for (int t = 0; t < mesh.triangleCount(); t++) {
            int a = mesh.indices()[t * 3] * 3;
            int b = mesh.indices()[t * 3 + 1] * 3;
            int c = mesh.indices()[t * 3 + 2] * 3;
            sum += 0.5 * ((p[b] - p[a]) * (p[c + 1] - p[a + 1]) - (p[c] - p[a]) * (p[b + 1] - p[a + 1]));
        }
        return sum;
    }

    private static void refused(GltfBuilder builder, String message) {
        byte[] content = builder.glb();
        FarmException refused = assertThrows(FarmException.class, () -> TestScenes.load(content));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }
}
