package farm.tilth.render.scene;

import java.util.List;

/**
 * Where a mesh's triangles are seen, and as which object. An object is a node of the scene's file, by its number.
 *
 * @param parts of the world's own triangles, by rising first triangle; those before the first part are of object 0
 * @param instances of the triangles behind them
 */
public record Placement(List<Part> parts, List<Instance> instances) {
    /** One object without instances. */
    public static final Placement WHOLE = new Placement(List.of(), List.of());

    public Placement {
        parts = List.copyOf(parts);
        instances = List.copyOf(instances);
    }

    /**
     * Triangles of the world that belong to one object, up to the next part.
     *
     * @param firstTriangle its number in the mesh
     * @param object 0 or more
     */
    public record Part(int firstTriangle, int object) {}
}
