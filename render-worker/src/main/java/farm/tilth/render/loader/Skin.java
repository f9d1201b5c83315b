package farm.tilth.render.loader;

import farm.tilth.render.loader.GltfAccessors.Shape;
import farm.tilth.render.scene.Matrix;
import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The joints that move a mesh.
 *
 * @param joints node numbers
 * @param inverseBind one matrix a joint
 */
record Skin(int[] joints, List<double[]> inverseBind) {

    static List<Skin> readAll(Element root, int nodes, GltfAccessors accessors, SceneLimits limits)
            throws InterruptedException {
        List<Skin> skins = new ArrayList<>();
        int joints = 0;
        for (Element skin : root.objects("skins", limits.objects())) {
            List<Element> references = skin.elements("joints", limits.objects() - joints);
            joints += references.size();
            skins.add(read(skin, references, nodes, accessors));
        }
        return skins;
    }

    private static Skin read(Element skin, List<Element> references, int nodes, GltfAccessors accessors)
            throws InterruptedException {
        if (references.isEmpty()) {
            throw skin.error("the skin has no joints");
        }
        int[] joints = references.stream()
                .mapToInt(joint -> joint.asIndex(nodes, "nodes"))
                .toArray();
        List<double[]> inverseBind = new ArrayList<>();
        if (skin.has("inverseBindMatrices")) {
            Element reference = skin.get("inverseBindMatrices");
            if (accessors.count(reference) < joints.length) {
                throw reference.error("there are fewer matrices than the " + joints.length + " joints");
            }
            float[] values = accessors.floats(reference, Shape.MAT4);
            for (int j = 0; j < joints.length; j++) {
                double[] matrix = new double[16];
                for (int i = 0; i < 16; i++) {
                    matrix[i] = values[j * 16 + i];
                }
                inverseBind.add(matrix);
            }
        } else {
            for (int j = 0; j < joints.length; j++) {
                inverseBind.add(Matrix.identity());
            }
        }
        return new Skin(joints, inverseBind);
    }
}
