package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.loader.GltfAccessors.Shape;
import farm.tilth.render.loader.GltfMaterials.Surface;
import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the meshes of a document into primitives whose vertices are all in use. */
final class MeshParts {
    /** The most morph targets of a mesh. */
    static final int MAX_TARGETS = 4096;

    private static final int TRIANGLES = 4;
    private static final int TRIANGLE_STRIP = 5;
    private static final int TRIANGLE_FAN = 6;

    private final GltfAccessors accessors;
    private final List<Surface> surfaces;
    private final MaterialVariants variants;
    private final SceneLimits limits;
    private final List<String> notices;
    private long triangles;

    MeshParts(
            GltfAccessors accessors,
            List<Surface> surfaces,
            MaterialVariants variants,
            SceneLimits limits,
            List<String> notices) {
        this.accessors = accessors;
        this.surfaces = surfaces;
        this.variants = variants;
        this.limits = limits;
        this.notices = notices;
    }

    /**
     * A mesh of the document.
     *
     * @param weights of its morph targets, one a target
     */
    record Parts(List<Primitive> primitives, double[] weights) {}

    List<Parts> readAll(Element root) throws InterruptedException {
        List<Parts> meshes = new ArrayList<>();
        for (Element mesh : root.objects("meshes", limits.objects())) {
            meshes.add(parts(mesh));
        }
        return meshes;
    }

    private Parts parts(Element mesh) throws InterruptedException {
        List<Element> elements = mesh.objects("primitives", limits.objects());
        List<Primitive> primitives = new ArrayList<>();
        int targets = 0;
        for (Element primitive : elements) {
            Optional<Primitive> read = primitive(primitive);
            read.ifPresent(primitives::add);
            targets = Math.max(targets, read.map(p -> p.targets().size()).orElse(0));
        }
        double[] weights = new double[targets];
        int given = mesh.elements("weights", MAX_TARGETS).size();
        double[] stated = given == 0 ? weights : mesh.numbers("weights", given).orElseThrow();
        System.arraycopy(stated, 0, weights, 0, Math.min(stated.length, targets));
        return new Parts(primitives, weights);
    }

    private Optional<Primitive> primitive(Element primitive) throws InterruptedException {
        int mode = primitive.integer("mode", TRIANGLES, 0, 6);
        if (mode < TRIANGLES) {
            notices.add(primitive.path() + ": points and lines are not rendered");
            return Optional.empty();
        }
        Element attributes = primitive.getObject("attributes");
        if (!attributes.has("POSITION")) {
            notices.add(attributes.path() + ": it has no POSITION and is not rendered");
            return Optional.empty();
        }
        Optional<Element> draco = primitive.extension("KHR_draco_mesh_compression");
        if (draco.isPresent()) {
            DracoGeometry.provide(draco.get(), primitive, accessors, limits);
            mode = TRIANGLES;
        }
        int vertices = accessors.count(attributes.get("POSITION"));
        int corners = primitive.has("indices") ? accessors.count(primitive.get("indices")) : vertices;
        int count = mode == TRIANGLES ? corners / 3 : Math.max(0, corners - 2);
        triangles += count;
        if (triangles > limits.triangles()) {
            throw tooManyTriangles(primitive.path(), limits);
        }
        if (count == 0) {
            notices.add(primitive.path() + ": it has no triangle");
            return Optional.empty();
        }
        int surface = variants.material(primitive, surfaces.size() - 1);
        return Optional.of(new PrimitiveReader(
                        accessors, primitive, surface < 0 ? surfaces.size() - 1 : surface, surfaces, notices)
                .read(triangles(primitive, mode, count, vertices), vertices));
    }

    static FarmException tooManyTriangles(String place, SceneLimits limits) {
        return new FarmException(
                ErrorCode.TOO_LARGE,
                place + ": the scene has more than " + limits.triangles() + " triangles; simplify it");
    }

    /** Three vertices a triangle, whatever the mode. */
    private int[] triangles(Element primitive, int mode, int count, int vertices) throws InterruptedException {
        int[] indices = null;
        if (primitive.has("indices")) {
            Element reference = primitive.get("indices");
            indices = accessors.integers(reference, Shape.SCALAR);
            for (int index : indices) {
                if (index < 0 || index >= vertices) {
                    throw reference.error("index " + Integer.toUnsignedString(index) + " is over the " + vertices
                            + " vertices of the primitive");
                }
            }
        }
        int[] out = new int[count * 3];
        for (int t = 0; t < count; t++) {
            for (int c = 0; c < 3; c++) {
                int corner = corner(mode, t, c);
                out[t * 3 + c] = indices == null ? corner : indices[corner];
            }
        }
        return out;
    }

    /** Strips and fans keep the winding of their first triangle (glTF 2.0, section 3.7.2.1). */
    private static int corner(int mode, int triangle, int corner) {
        return switch (mode) {
            case TRIANGLE_STRIP -> corner == 0 ? triangle : triangle + (triangle % 2 == 0 ? corner : 3 - corner);
            case TRIANGLE_FAN -> corner == 2 ? 0 : triangle + 1 + corner;
            default -> triangle * 3 + corner;
        };
    }
}
