package farm.tilth.render.pathtracer;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Instance;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Placement;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texture;
import java.util.List;

/** Refuses a scene that the kernel, which trusts its buffer, would read beyond an array's end. */
final class SceneChecks {
    /** Beyond this a square overflows. */
    private static final float MAX_COORDINATE = 1e15f;

    private SceneChecks() {}

    static void check(Scene scene) {
        checkMesh(scene.mesh(), scene.materials().size());
        for (int i = 0; i < scene.instances().size(); i++) {
            checkInstance(scene.instances().get(i), i, scene.mesh().triangleCount());
        }
        checkParts(scene.placement().parts(), scene.worldTriangles());
        for (int i = 0; i < scene.textures().size(); i++) {
            Texture t = scene.textures().get(i);
            check(t.width() > 0 && t.height() > 0, "texture " + i + " is empty");
            checkLength(t.texels().count(), (long) t.width() * t.height(), "texture " + i);
        }
        for (int i = 0; i < scene.materials().size(); i++) {
            checkMaterial(scene.materials().get(i), i, scene);
        }
        scene.environment().ifPresent(SceneChecks::checkEnvironment);
    }

    private static void checkMesh(Mesh mesh, int materials) {
        int vertices = mesh.vertexCount();
        checkLength(mesh.positions().length, 3L * vertices, "the positions");
        checkLength(mesh.normals().length, 3L * vertices, "the normals");
        checkLength(mesh.tangents().length, 4L * vertices, "the tangents");
        checkLength(mesh.uv0().length, 2L * vertices, "the first texture coordinates");
        checkLength(mesh.uv1().length, 2L * vertices, "the second texture coordinates");
        checkLength(mesh.colors().length, 4L * vertices, "the vertex colours");
        checkLength(mesh.indices().length, 3L * mesh.triangleCount(), "the indices");
        for (float p : mesh.positions()) {
            check(Math.abs(p) <= MAX_COORDINATE, "a vertex lies at " + p + ", farther out than " + MAX_COORDINATE);
        }
        for (int index : mesh.indices()) {
            check(index >= 0 && index < vertices, "an index is " + index + " of " + vertices + " vertices");
        }
        for (int material : mesh.materials()) {
            check(material >= 0 && material < materials, "a material is " + material + " of " + materials);
        }
    }

    private static void checkInstance(Instance instance, int number, int triangles) {
        long end = (long) instance.firstTriangle() + instance.triangleCount();
        check(
                instance.firstTriangle() >= 0 && instance.triangleCount() > 0 && end <= triangles,
                "instance " + number + " places the triangles " + instance.firstTriangle() + " to " + end + " of "
                        + triangles);
        float[] open = GeometryRecords.rows(instance.toWorld());
        for (float[] rows :
                List.of(open, GeometryRecords.rows(instance.toWorldAtClose()), GeometryRecords.inverse(open))) {
            for (float entry : rows) {
                check(
                        Math.abs(entry) <= MAX_COORDINATE,
                        "the transform of instance " + number + " has no use: " + entry);
            }
        }
    }

    private static void checkParts(List<Placement.Part> parts, int triangles) {
        int last = -1;
        for (Placement.Part part : parts) {
            check(
                    part.firstTriangle() > last && part.firstTriangle() < triangles && part.object() >= 0,
                    "object " + part.object() + " begins with triangle " + part.firstTriangle() + " of " + triangles);
            last = part.firstTriangle();
        }
    }

    private static void checkMaterial(Material m, int number, Scene scene) {
        for (TextureSlot slot : m.textures()) {
            check(
                    slot.texture() < scene.textures().size() && (slot.uvSet() == 0 || slot.uvSet() == 1),
                    "material " + number + " uses texture " + slot.texture() + " with texture coordinates "
                            + slot.uvSet());
        }
    }

    private static void checkEnvironment(Environment e) {
        check(e.width() > 0 && e.height() > 0, "the environment is empty");
        checkLength(e.rgb().length, 3L * e.width() * e.height(), "the environment");
        for (float v : e.rgb()) {
            check(v >= 0 && v <= Float.MAX_VALUE, "the environment has a pixel of " + v);
        }
    }

    private static void checkLength(long actual, long expected, String name) {
        check(actual == expected, name + " has " + actual + " entries; " + expected + " are needed");
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new FarmException(ErrorCode.INVALID_SCENE, message + "; repair the file");
        }
    }
}
