package farm.tilth.render.scene;

/**
 * Triangles of a scene's mesh that lie in a space of their own, placed in the world. Several instances may place the
 * same triangles. Between the shutter's opening and its closing every point moves along a straight line.
 *
 * @param firstTriangle its number in the mesh
 * @param object which of the scene's objects is seen there; 0 or more
 * @param toWorld 4 × 4 when the shutter opens, by columns; it has an inverse
 * @param toWorldAtClose the same matrix for an instance that stays
 */
public record Instance(int firstTriangle, int triangleCount, int object, double[] toWorld, double[] toWorldAtClose) {
    /** Whether it moves while the shutter is open. */
    public boolean moves() {
        return !java.util.Arrays.equals(toWorld, toWorldAtClose);
    }
}
