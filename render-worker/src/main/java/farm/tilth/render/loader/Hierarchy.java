package farm.tilth.render.loader;

import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The nodes of a document, known to be trees.
 *
 * @param nodes by their number
 * @param order every node's number, parents before children
 * @param shown the nodes of the scene, in its depth-first order
 */
record Hierarchy(List<Node> nodes, int[] order, List<Integer> shown) {
    private static final int MAX_DEPTH = 4096;

    /** How many entries the lists that nodes refer to have. */
    record Sizes(int meshes, int skins, int cameras, int lights) {}

    static Hierarchy read(Element root, Sizes sizes, SceneLimits limits) {
        List<Element> elements = root.objects("nodes", limits.objects());
        int[] parents = new int[elements.size()];
        Arrays.fill(parents, -1);
        List<int[]> children = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            children.add(children(elements.get(i), i, parents, limits));
        }
        int[] order = order(elements, parents, children);
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            nodes.add(node(elements.get(i), parents[i], sizes));
        }
        return new Hierarchy(nodes, order, shown(root, parents, children, limits));
    }

    /**
     * The same trees with more leaves.
     *
     * @param all the nodes as before or changed, and the new ones after them
     * @param below the new nodes below each of the old ones
     */
    Hierarchy with(List<Node> all, List<List<Integer>> below) {
        int[] longer = Arrays.copyOf(order, all.size());
        for (int i = order.length; i < longer.length; i++) {
            longer[i] = i;
        }
        List<Integer> more = new ArrayList<>();
        for (int node : shown) {
            more.add(node);
            more.addAll(below.get(node));
        }
        return new Hierarchy(List.copyOf(all), longer, List.copyOf(more));
    }

    private static int[] children(Element node, int index, int[] parents, SceneLimits limits) {
        List<Element> references = node.elements("children", limits.objects());
        int[] children = new int[references.size()];
        for (int c = 0; c < children.length; c++) {
            children[c] = references.get(c).asIndex(parents.length, "nodes");
            if (parents[children[c]] >= 0) {
                throw references
                        .get(c)
                        .error("nodes[" + children[c] + "] is already a child of nodes[" + parents[children[c]] + "]");
            }
            parents[children[c]] = index;
        }
        return children;
    }

    private static int[] order(List<Element> elements, int[] parents, List<int[]> children) {
        int[] order = new int[parents.length];
        int[] depth = new int[parents.length];
        int filled = 0;
        for (int i = 0; i < parents.length; i++) {
            if (parents[i] < 0) {
                depth[i] = 1;
                order[filled++] = i;
            }
        }
        for (int next = 0; next < filled; next++) {
            for (int child : children.get(order[next])) {
                depth[child] = depth[order[next]] + 1;
                if (depth[child] > MAX_DEPTH) {
                    throw elements.get(child).error("it lies more than " + MAX_DEPTH + " nodes deep");
                }
                order[filled++] = child;
            }
        }
        for (int i = 0; i < parents.length; i++) {
            if (depth[i] == 0) {
                throw elements.get(i).error("the node is its own ancestor");
            }
        }
        return order;
    }

    private static List<Integer> shown(Element root, int[] parents, List<int[]> children, SceneLimits limits) {
        List<Element> scenes = root.objects("scenes", limits.objects());
        int chosen = root.findIndex("scene", scenes.size(), "scenes");
        Deque<Integer> stack = new ArrayDeque<>();
        if (scenes.isEmpty()) {
            for (int i = parents.length - 1; i >= 0; i--) {
                if (parents[i] < 0) {
                    stack.push(i);
                }
            }
        } else {
            List<Element> roots = scenes.get(Math.max(0, chosen)).elements("nodes", limits.objects());
            boolean[] seen = new boolean[parents.length];
            for (Element reference : roots.reversed()) {
                int node = reference.asIndex(parents.length, "nodes");
                if (parents[node] >= 0 || seen[node]) {
                    throw reference.error("nodes[" + node + "] is not a root, or is listed twice");
                }
                seen[node] = true;
                stack.push(node);
            }
        }
        List<Integer> shown = new ArrayList<>();
        while (!stack.isEmpty()) {
            int node = stack.pop();
            shown.add(node);
            int[] below = children.get(node);
            for (int c = below.length - 1; c >= 0; c--) {
                stack.push(below[c]);
            }
        }
        return List.copyOf(shown);
    }

    private static Node node(Element node, int parent, Sizes sizes) {
        int light = node.extension("KHR_lights_punctual")
                .map(extension -> extension.index("light", sizes.lights, "extensions.KHR_lights_punctual.lights"))
                .orElse(-1);
        int weights = node.elements("weights", MeshParts.MAX_TARGETS).size();
        return new Node(
                node.text("name", ""),
                parent,
                node.numbers("matrix", 16).orElse(null),
                node.numbers("translation", 3).orElse(new double[3]),
                node.numbers("rotation", 4).orElse(new double[] {0, 0, 0, 1}),
                node.numbers("scale", 3).orElse(new double[] {1, 1, 1}),
                node.findIndex("mesh", sizes.meshes, "meshes"),
                node.findIndex("skin", sizes.skins, "skins"),
                node.findIndex("camera", sizes.cameras, "cameras"),
                light,
                weights == 0 ? null : node.numbers("weights", weights).orElseThrow(),
                node.extension("KHR_node_visibility")
                        .map(extension -> extension.flag("visible", true))
                        .orElse(true));
    }
}
