package farm.tilth.render.loader;

/**
 * A node of the hierarchy with its transform as the file has it.
 *
 * @param parent −1 for a root
 * @param matrix null when the transform is translation, rotation and scale
 * @param mesh −1 for none, like skin, camera and light
 * @param weights of the mesh's morph targets; null: the mesh's own
 * @param visible by KHR_node_visibility; a node that is not hides all below it, too
 */
record Node(
        String name,
        int parent,
        double[] matrix,
        double[] translation,
        double[] rotation,
        double[] scale,
        int mesh,
        int skin,
        int camera,
        int light,
        double[] weights,
        boolean visible) {

    Node withoutMesh() {
        return new Node(name, parent, matrix, translation, rotation, scale, -1, -1, camera, light, weights, visible);
    }
}
