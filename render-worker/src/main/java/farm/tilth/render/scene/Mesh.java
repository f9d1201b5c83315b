package farm.tilth.render.scene;

/**
 * Every triangle of a frame in one indexed mesh. All vertex arrays have an entry for every vertex.
 *
 * @param positions 3 a vertex
 * @param normals 3 a vertex, unit length; flat normals are made by the loader where the file has none
 * @param tangents 4 a vertex: a unit vector and the bitangent's sign; all 0 where no normal map needs them
 * @param uv0 2 a vertex
 * @param uv1 2 a vertex
 * @param colors 4 a vertex, linear RGBA; all 1 where the file has none
 * @param indices 3 a triangle
 * @param materials 1 a triangle: the material's number
 */
public record Mesh(
        float[] positions,
        float[] normals,
        float[] tangents,
        float[] uv0,
        float[] uv1,
        float[] colors,
        int[] indices,
        int[] materials) {
    public int vertexCount() {
        return positions.length / 3;
    }

    public int triangleCount() {
        return materials.length;
    }
}
