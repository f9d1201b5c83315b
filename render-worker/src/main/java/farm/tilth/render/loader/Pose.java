package farm.tilth.render.loader;

import farm.tilth.render.loader.Animation.Channel;
import farm.tilth.render.loader.Animation.Target;
import farm.tilth.render.scene.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where every node is at a moment.
 *
 * @param world node to world, by the node's number
 * @param weights the morph weights that a node's mesh has at this moment; null: the mesh's own
 * @param shown the nodes of the scene that are visible at this moment, in its depth-first order
 */
record Pose(List<double[]> world, List<double[]> weights, List<Integer> shown) {

    /** The nodes as the file has them, moved by an animation if there is one. */
    static Pose at(Hierarchy hierarchy, Optional<Animation> animation, double seconds) {
        int count = hierarchy.nodes().size();
        List<double[][]> driven = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            driven.add(null);
        }
        if (animation.isPresent()) {
            for (Channel channel : animation.get().channels()) {
                double[][] properties = driven.get(channel.node());
                if (properties == null) {
                    properties = new double[Target.values().length][];
                    driven.set(channel.node(), properties);
                }
                boolean rotation = channel.target() == Target.ROTATION;
                properties[channel.target().ordinal()] = channel.curve().at(seconds, rotation);
            }
        }
        List<double[]> world = new ArrayList<>(driven.size());
        List<double[]> weights = new ArrayList<>(driven.size());
        for (int i = 0; i < count; i++) {
            world.add(null);
            weights.add(driven(
                    driven.get(i), Target.WEIGHTS, hierarchy.nodes().get(i).weights()));
        }
        boolean[] visible = new boolean[count];
        for (int node : hierarchy.order()) {
            Node at = hierarchy.nodes().get(node);
            double[] local = local(at, driven.get(node));
            world.set(node, at.parent() < 0 ? local : Matrix.product(world.get(at.parent()), local));
            double[] visibility = driven(driven.get(node), Target.VISIBILITY, null);
            visible[node] = (visibility == null ? at.visible() : visibility[0] != 0)
                    && (at.parent() < 0 || visible[at.parent()]);
        }
        List<Integer> shown =
                hierarchy.shown().stream().filter(node -> visible[node]).toList();
        return new Pose(world, weights, shown);
    }

    private static double[] local(Node node, double[][] driven) {
        if (node.matrix() != null && !moves(driven)) {
            return node.matrix();
        }
        return Matrix.compose(
                driven(driven, Target.TRANSLATION, node.translation()),
                driven(driven, Target.ROTATION, node.rotation()),
                driven(driven, Target.SCALE, node.scale()));
    }

    private static boolean moves(double[][] driven) {
        return driven != null
                && (driven[Target.TRANSLATION.ordinal()] != null
                        || driven[Target.ROTATION.ordinal()] != null
                        || driven[Target.SCALE.ordinal()] != null);
    }

    private static double[] driven(double[][] driven, Target target, double[] still) {
        return driven == null || driven[target.ordinal()] == null ? still : driven[target.ordinal()];
    }
}
