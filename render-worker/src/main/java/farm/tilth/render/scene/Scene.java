package farm.tilth.render.scene;

import java.util.List;
import java.util.Optional;

/**
 * One frame of a scene, posed and in world space (right-handed, +Y up, scene units): all that the kernel needs. The
 * arrays are not copied; whoever holds a scene leaves them as they are.
 *
 * @param environment absent: no light but the scene's own
 */
public record Scene(
        Mesh mesh,
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
}
