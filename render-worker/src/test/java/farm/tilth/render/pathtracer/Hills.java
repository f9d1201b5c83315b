package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Placement;
import farm.tilth.render.scene.Scene;
import java.util.List;
import java.util.Optional;

/** Hills of as many triangles as are asked for, made without a detour: to see what a large scene takes. */
final class Hills {
    private final int side;
    private final float[] positions;
    private final float[] normals;
    private final int[] indices;

    private Hills(int triangles) {
        side = Math.max(1, (int) Math.sqrt(triangles / 2.0));
        int vertices = (side + 1) * (side + 1);
        positions = new float[3 * vertices];
        normals = new float[3 * vertices];
        indices = new int[6 * side * side];
        for (int v = 0; v < vertices; v++) {
            double x = (v % (side + 1)) / (double) side * 4 - 2;
            double z = (v / (side + 1)) / (double) side * 4 - 2;
            double roughness = Integer.reverse(v * 0x9e3779b9) * 0x1p-31 / side;
            positions[3 * v] = (float) x;
            positions[3 * v + 1] =
                    (float) (0.4 * Math.sin(3 * x) * Math.cos(4 * z) + 0.1 * Math.sin(17 * x + 5 * z) + roughness);
            positions[3 * v + 2] = (float) z;
            normals[3 * v + 1] = 1;
        }
        for (int q = 0; q < side * side; q++) {
            int a = q / side * (side + 1) + q % side;
            int[] corners = {a, a + side + 1, a + 1, a + 1, a + side + 1, a + side + 2};
            System.arraycopy(corners, 0, indices, 6 * q, 6);
        }
    }

    static Scene scene(int triangles) {
        Hills hills = new Hills(triangles);
        int vertices = hills.positions.length / 3;
        float[] white = new float[4 * vertices];
        java.util.Arrays.fill(white, 1);
        Mesh mesh = new Mesh(
                hills.positions,
                hills.normals,
                new float[4 * vertices],
                new float[2 * vertices],
                new float[2 * vertices],
                white,
                hills.indices,
                new int[hills.indices.length / 3]);
        return new Scene(
                mesh,
                Placement.WHOLE,
                List.of(SceneSketch.plain(new double[] {0.7, 0.6, 0.5}, 0, 0.7)),
                List.of(),
                List.of(),
                SceneSketch.camera(new double[] {2, 1.6, 2.6}, new double[3], 45),
                Optional.of(SceneSketch.uniform(1, true)));
    }
}
