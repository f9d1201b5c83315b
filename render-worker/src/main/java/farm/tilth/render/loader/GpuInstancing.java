package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.loader.GltfAccessors.Shape;
import farm.tilth.render.scene.Matrix;
import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayList;
import java.util.List;

/** EXT_mesh_gpu_instancing: every instance becomes a node below the one that has the extension. */
final class GpuInstancing {
    private final GltfAccessors accessors;
    private final Element attributes;
    private final int count;

    private GpuInstancing(GltfAccessors accessors, Element extension) {
        this.accessors = accessors;
        this.attributes = extension.getObject("attributes");
        int least = Integer.MAX_VALUE;
        for (String name : attributes.names()) {
            least = Math.min(least, accessors.count(attributes.get(name)));
        }
        if (least == Integer.MAX_VALUE) {
            throw extension.error("it has no attributes");
        }
        this.count = least;
    }

    /** The hierarchy with the instances of its nodes, which then have no mesh of their own. */
    static Hierarchy expand(Hierarchy hierarchy, Element root, GltfAccessors accessors, SceneLimits limits)
            throws InterruptedException {
        List<Element> elements = root.objects("nodes", limits.objects());
        List<Node> nodes = new ArrayList<>(hierarchy.nodes());
        List<List<Integer>> below = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            below.add(List.of());
            var extension = elements.get(i).extension("EXT_mesh_gpu_instancing");
            if (extension.isPresent() && nodes.get(i).mesh() >= 0) {
                GpuInstancing instancing = new GpuInstancing(accessors, extension.get());
                if ((long) nodes.size() + instancing.count > 2L * limits.objects()) {
                    throw new FarmException(
                            ErrorCode.TOO_LARGE,
                            extension.get().path() + ": the scene has more than " + limits.objects()
                                    + " instances; simplify it");
                }
                below.set(i, instancing.add(nodes, i));
            }
        }
        return nodes.size() == elements.size() ? hierarchy : hierarchy.with(nodes, below);
    }

    private List<Integer> add(List<Node> nodes, int parent) throws InterruptedException {
        Node node = nodes.get(parent);
        float[] translations = values("TRANSLATION", Shape.VEC3);
        float[] rotations = values("ROTATION", Shape.VEC4);
        float[] scales = values("SCALE", Shape.VEC3);
        List<Integer> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            added.add(nodes.size());
            nodes.add(new Node(
                    "",
                    parent,
                    null,
                    element(translations, i, 0, 0, 0),
                    Matrix.normalized(element(rotations, i, 0, 0, 0, 1)),
                    element(scales, i, 1, 1, 1),
                    node.mesh(),
                    -1,
                    -1,
                    -1,
                    node.weights(),
                    true));
        }
        nodes.set(parent, node.withoutMesh());
        return added;
    }

    private float[] values(String name, Shape shape) throws InterruptedException {
        return attributes.has(name) ? accessors.floats(attributes.get(name), shape) : new float[0];
    }

    private static double[] element(float[] values, int i, double... fallback) {
        double[] out = fallback.clone();
        for (int c = 0; c < out.length && values.length > 0; c++) {
            out[c] = values[i * out.length + c];
        }
        return out;
    }
}
