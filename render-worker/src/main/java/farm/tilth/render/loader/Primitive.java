package farm.tilth.render.loader;

import java.util.List;

/**
 * The triangles of one material in a mesh, as the file has them: not yet morphed, skinned or placed. Arrays have an
 * entry for every vertex; those that may be null say so.
 *
 * @param place its path in the document
 * @param surface the material's number
 * @param normals null: flat ones are made from the posed triangles, which then share no vertices
 * @param tangents null: no normal map needs them
 * @param uv the kernel's two sets
 * @param colors null: white
 * @param influences how many joints move a vertex; 0 without a skin
 * @param joints {@code influences} a vertex; null without a skin
 * @param weights sum to 1 over each vertex; null without a skin
 * @param joint the largest joint number in use; −1 without a skin
 */
record Primitive(
        String place,
        int surface,
        float[] positions,
        float[] normals,
        float[] tangents,
        float[][] uv,
        float[] colors,
        int influences,
        int[] joints,
        float[] weights,
        int joint,
        List<MorphTarget> targets,
        int[] indices) {

    /**
     * What a morph target adds; each array is null when it adds nothing.
     *
     * @param uv to the kernel's two sets
     * @param colors 4 a vertex
     */
    record MorphTarget(float[] positions, float[] normals, float[] tangents, float[][] uv, float[] colors) {}

    int vertexCount() {
        return positions.length / 3;
    }

    int triangleCount() {
        return indices.length / 3;
    }
}
