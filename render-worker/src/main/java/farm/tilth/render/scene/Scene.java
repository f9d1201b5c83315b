package farm.tilth.render.scene;

import java.util.List;
import java.util.Optional;

/**
 * One frame of a scene, posed and in world space (right-handed, +Y up, scene units): all that the kernel needs. The
 * arrays are not copied; whoever holds a scene leaves them as they are.
 *
 * @param mesh first the world's own triangles, then those that instances place
 * @param environment absent: no light but the scene's own
 */
public record Scene(
        Mesh mesh,
        Placement placement,
        List<Material> materials,
        List<Texture> textures,
        List<Light> lights,
        Camera camera,
        Optional<Environment> environment) {
    public Scene {
        materials = List.copyOf(materials);
        textures = List.copyOf(textures);
        lights = List.copyOf(lights);
    }

    /** Where triangles are seen a second time, or elsewhere. */
    public List<Instance> instances() {
        return placement.instances();
    }

    /** How many of the mesh's triangles lie in the world: the first ones. */
    public int worldTriangles() {
        return instances().stream().mapToInt(Instance::firstTriangle).min().orElse(mesh.triangleCount());
    }

    /** The triangles that are seen: those of every instance. */
    public long placedTriangles() {
        return worldTriangles()
                + instances().stream().mapToLong(Instance::triangleCount).sum();
    }

    /** The same scene under another environment. */
    public Scene under(Optional<Environment> other) {
        return new Scene(mesh, placement, materials, textures, lights, camera, other);
    }
}
