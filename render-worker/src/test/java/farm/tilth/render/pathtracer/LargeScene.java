package farm.tilth.render.pathtracer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.splitter.assemble.PngEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * A glTF of many parts, each a field of hills of its own with a picture of its own, as a scan in pieces has them. In the
 * file all of them share one field and one picture, so that it stays small; whoever reads it does not know.
 *
 * @param parts along one side
 * @param cells of a part's grid, along one side; two triangles each
 * @param pixels of a part's picture, along one side
 */
record LargeScene(int parts, int cells, int pixels) {
    long triangles() {
        return 2L * cells * cells * parts * parts;
    }

    /** Of all pictures, with 4 bytes a pixel. */
    long pictureBytes() {
        return 4L * pixels * pixels * parts * parts;
    }

    byte[] glb() {
        GltfBuilder builder = new GltfBuilder();
        ObjectNode field = field(builder);
        int picture = builder.view(picture());
        List<Integer> nodes = new ArrayList<>();
        for (int part = 0; part < parts * parts; part++) {
            builder.add("images").put("bufferView", picture).put("mimeType", "image/png");
            builder.add("textures").put("source", part);
            ObjectNode look = builder.add("materials").putObject("pbrMetallicRoughness");
            look.put("metallicFactor", 0).putObject("baseColorTexture").put("index", part);
            int mesh = builder.mesh(field.deepCopy().put("material", part));
            ObjectNode node = builder.node("part " + part).put("mesh", mesh);
            GltfBuilder.numbers(node, "translation", part % parts, 0, part / parts);
            nodes.add(part);
        }
        builder.scene(nodes);
        return builder.glb();
    }

    /** The primitive, of vertices with normals and texture coordinates. */
    private ObjectNode field(GltfBuilder builder) {
        int side = cells + 1;
        float[] positions = new float[3 * side * side];
        float[] normals = new float[3 * side * side];
        float[] coordinates = new float[2 * side * side];
        for (int v = 0; v < side * side; v++) {
            double x = (double) (v % side) / cells;
            double z = (double) (v / side) / cells;
            double turn = 2 * Math.PI * (3 * x + 2 * z);
            positions[3 * v] = (float) x;
            positions[3 * v + 1] = (float) (0.02 * Math.sin(turn));
            positions[3 * v + 2] = (float) z;
            normals[3 * v + 1] = 1;
            coordinates[2 * v] = (float) x;
            coordinates[2 * v + 1] = (float) z;
        }
        int[] indices = new int[6 * cells * cells];
        for (int q = 0; q < cells * cells; q++) {
            int a = q / cells * side + q % cells;
            int[] corners = {a, a + side, a + 1, a + 1, a + side, a + side + 1};
            System.arraycopy(corners, 0, indices, 6 * q, 6);
        }
        return GltfBuilder.primitive(
                builder.unsigned(4, "SCALAR", indices),
                -1,
                "POSITION",
                builder.floats("VEC3", positions),
                "NORMAL",
                builder.floats("VEC3", normals),
                "TEXCOORD_0",
                builder.floats("VEC2", coordinates));
    }

    private byte[] picture() {
        int[] argb = new int[pixels * pixels];
        for (int i = 0; i < argb.length; i++) {
            int x = i % pixels;
            int y = i / pixels;
            argb[i] = 0xff000000 | (x & 255) << 16 | (y & 255) << 8 | (x / 16 + y / 16) % 2 * 200;
        }
        return PngEncoder.encode(pixels, pixels, argb);
    }
}
