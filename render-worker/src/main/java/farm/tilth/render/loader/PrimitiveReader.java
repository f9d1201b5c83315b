package farm.tilth.render.loader;

import farm.tilth.render.loader.GltfAccessors.Shape;
import farm.tilth.render.loader.GltfMaterials.Surface;
import farm.tilth.render.loader.Primitive.MorphTarget;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Gathers the attributes of one primitive, vertex by vertex, for the vertices that its triangles use. */
final class PrimitiveReader {
    private static final int MAX_JOINT_SETS = 4;
    private static final Pattern MORPHED = Pattern.compile("POSITION|NORMAL|TANGENT|TEXCOORD_[0-9]+|COLOR_0");

    private final GltfAccessors accessors;
    private final Element primitive;
    private final Element attributes;
    private final int number;
    private final Surface surface;
    private final List<String> notices;
    private int[] sources;
    private int[] indices;

    PrimitiveReader(
            GltfAccessors accessors, Element primitive, int number, List<Surface> surfaces, List<String> notices) {
        this.accessors = accessors;
        this.primitive = primitive;
        this.attributes = primitive.getObject("attributes");
        this.number = number;
        this.surface = surfaces.get(number);
        this.notices = notices;
    }

    /**
     * Reads the primitive.
     *
     * @param corners three vertices a triangle
     * @param vertices how many the attributes have
     */
    Primitive read(int[] corners, int vertices) throws InterruptedException {
        checkCounts(vertices);
        boolean flat = !attributes.has("NORMAL");
        if (flat) {
            sources = corners;
            indices = new int[corners.length];
            Arrays.setAll(indices, i -> i);
        } else {
            compact(corners);
        }
        float[] tangents = null;
        if (surface.needsTangents()) {
            tangents = flat || !attributes.has("TANGENT") ? generateTangents() : statedTangents();
        }
        float[] normals = flat ? null : unitVectors(gather("NORMAL", Shape.VEC3));
        int influences = 4 * jointSets();
        int[] joints = influences == 0 ? null : joints(influences);
        float[] weights = influences == 0 ? null : weights(influences, joints);
        int largest = joints == null ? -1 : Arrays.stream(joints).max().orElse(0);
        return new Primitive(
                primitive.path(),
                number,
                gather("POSITION", Shape.VEC3),
                normals,
                tangents,
                new float[][] {coordinates(surface.uv0()), coordinates(surface.uv1())},
                clamped(colors(attributes, 1)),
                influences,
                joints,
                weights,
                largest,
                targets(vertices),
                indices);
    }

    private void checkCounts(int vertices) {
        for (String name : attributes.names()) {
            // Attributes that begin with '_' are the application's own.
            if (!name.startsWith("_") && accessors.count(attributes.get(name)) < vertices) {
                throw attributes
                        .get(name)
                        .error("it has " + accessors.count(attributes.get(name)) + " entries for " + vertices
                                + " vertices");
            }
        }
    }

    /** Keeps the vertices that are used: a large shared accessor then costs each primitive only its part. */
    private void compact(int[] corners) {
        int[] sorted = corners.clone();
        Arrays.sort(sorted);
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (count == 0 || sorted[i] != sorted[count - 1]) {
                sorted[count++] = sorted[i];
            }
        }
        sources = Arrays.copyOf(sorted, count);
        indices = new int[corners.length];
        for (int i = 0; i < corners.length; i++) {
            indices[i] = Arrays.binarySearch(sources, corners[i]);
        }
    }

    /**
     * The file's tangents; made anew where they contradict how the picture lies on the surface, since a normal map
     * belongs to its picture: Cycles and other offline renderers never read TANGENT.
     */
    private float[] statedTangents() throws InterruptedException {
        float[] stated = gather("TANGENT", Shape.VEC4);
        if (!TangentSpace.contradicts(stated, gather("POSITION", Shape.VEC3), normalMapCoordinates(), indices)) {
            return stated;
        }
        notices.add(attributes.path() + ".TANGENT: it contradicts the texture coordinates and is made anew");
        return generateTangents();
    }

    private float[] normalMapCoordinates() throws InterruptedException {
        TextureSlot slot = surface.tangentSlot();
        return slot.transform().apply(coordinates(slot.uvSet() == 0 ? surface.uv0() : surface.uv1()));
    }

    /** Makes tangents along the normal map as it lies on the surface, and splits the vertices where they differ. */
    private float[] generateTangents() throws InterruptedException {
        float[] positions = gather("POSITION", Shape.VEC3);
        float[] normals = attributes.has("NORMAL")
                ? unitVectors(gather("NORMAL", Shape.VEC3))
                : FlatNormals.of(positions, indices);
        float[] atCorners = TangentSpace.atCorners(positions, normals, normalMapCoordinates(), indices);
        int[] first = new int[sources.length];
        Arrays.fill(first, -1);
        int[] other = new int[indices.length];
        int[] split = new int[indices.length];
        float[] tangents = new float[indices.length * 4];
        int count = 0;
        for (int i = 0; i < indices.length; i++) {
            int vertex = first[indices[i]];
            while (vertex >= 0 && !Arrays.equals(atCorners, i * 4, i * 4 + 4, tangents, vertex * 4, vertex * 4 + 4)) {
                vertex = other[vertex];
            }
            if (vertex < 0) {
                vertex = count++;
                other[vertex] = first[indices[i]];
                first[indices[i]] = vertex;
                split[vertex] = sources[indices[i]];
                System.arraycopy(atCorners, i * 4, tangents, vertex * 4, 4);
            }
            indices[i] = vertex;
        }
        sources = Arrays.copyOf(split, count);
        return Arrays.copyOf(tangents, count * 4);
    }

    private float[] gather(String name, Shape shape) throws InterruptedException {
        return gather(accessors.floats(attributes.get(name), shape), shape.components);
    }

    private float[] gather(float[] from, int width) {
        float[] out = new float[sources.length * width];
        for (int i = 0; i < sources.length; i++) {
            System.arraycopy(from, sources[i] * width, out, i * width, width);
        }
        return out;
    }

    private static float[] unitVectors(float[] vectors) {
        for (int i = 0; i < vectors.length; i += 3) {
            double[] unit = Matrix.unit(new double[] {vectors[i], vectors[i + 1], vectors[i + 2]}, 0, 0, 0);
            for (int c = 0; c < 3; c++) {
                vectors[i + c] = (float) unit[c];
            }
        }
        return vectors;
    }

    /** TEXCOORD_n as the file has it; 0 where it has none. */
    private float[] coordinates(int set) throws InterruptedException {
        String name = "TEXCOORD_" + set;
        return attributes.has(name) ? gather(name, Shape.VEC2) : new float[sources.length * 2];
    }

    private static float[] clamped(float[] colors) {
        for (int i = 0; colors != null && i < colors.length; i++) {
            colors[i] = Math.clamp(colors[i], 0, 1);
        }
        return colors;
    }

    /**
     * COLOR_0 of the primitive or of a morph target; null when it has none.
     *
     * @param opaque the alpha of colours that have none
     */
    private float[] colors(Element from, float opaque) throws InterruptedException {
        if (!from.has("COLOR_0")) {
            return null;
        }
        Element reference = from.get("COLOR_0");
        int width = accessors.components(reference);
        accessors.reserve(reference, 4L * sources.length);
        float[] values = accessors.floats(reference, Shape.VEC3, Shape.VEC4);
        float[] out = new float[sources.length * 4];
        for (int i = 0; i < sources.length; i++) {
            for (int c = 0; c < 4; c++) {
                out[i * 4 + c] = c < width ? values[sources[i] * width + c] : opaque;
            }
        }
        return out;
    }

    private int jointSets() {
        int sets = 0;
        while (attributes.has("JOINTS_" + sets) && attributes.has("WEIGHTS_" + sets)) {
            sets++;
        }
        if (sets > MAX_JOINT_SETS) {
            notices.add(attributes.path() + ": a vertex is moved by its first " + 4 * MAX_JOINT_SETS + " joints only");
        }
        return Math.min(sets, MAX_JOINT_SETS);
    }

    private int[] joints(int influences) throws InterruptedException {
        int[] out = new int[sources.length * influences];
        for (int set = 0; set < influences / 4; set++) {
            Element reference = attributes.get("JOINTS_" + set);
            int[] from = accessors.integers(reference, Shape.VEC4);
            if (Arrays.stream(from).anyMatch(joint -> joint < 0)) {
                throw reference.error("a joint's number is out of range");
            }
            for (int i = 0; i < sources.length; i++) {
                System.arraycopy(from, sources[i] * 4, out, i * influences + set * 4, 4);
            }
        }
        return out;
    }

    /** Weights that sum to 1; a joint without weight becomes joint 0, since exporters leave anything there. */
    private float[] weights(int influences, int[] joints) throws InterruptedException {
        float[] out = new float[sources.length * influences];
        for (int set = 0; set < influences / 4; set++) {
            float[] from = accessors.floats(attributes.get("WEIGHTS_" + set), Shape.VEC4);
            for (int i = 0; i < sources.length; i++) {
                System.arraycopy(from, sources[i] * 4, out, i * influences + set * 4, 4);
            }
        }
        for (int i = 0; i < sources.length; i++) {
            double sum = 0;
            for (int k = i * influences; k < (i + 1) * influences; k++) {
                out[k] = Math.max(0, out[k]);
                sum += out[k];
            }
            for (int k = i * influences; k < (i + 1) * influences; k++) {
                out[k] = sum > 0 ? (float) (out[k] / sum) : k == i * influences ? 1 : 0;
                joints[k] = out[k] > 0 ? joints[k] : 0;
            }
        }
        return out;
    }

    private List<MorphTarget> targets(int vertices) throws InterruptedException {
        List<MorphTarget> targets = new ArrayList<>();
        for (Element target : primitive.objects("targets", MeshParts.MAX_TARGETS)) {
            for (String name : target.names()) {
                if (accessors.count(target.get(name)) < vertices) {
                    throw target.get(name).error("it has fewer entries than the " + vertices + " vertices");
                }
                if (!MORPHED.matcher(name).matches()) {
                    notices.add(target.path() + "." + name + ": it is not morphed");
                }
            }
            float[][] uv = {
                delta(target, "TEXCOORD_" + surface.uv0(), Shape.VEC2),
                delta(target, "TEXCOORD_" + surface.uv1(), Shape.VEC2)
            };
            targets.add(new MorphTarget(
                    delta(target, "POSITION", Shape.VEC3),
                    delta(target, "NORMAL", Shape.VEC3),
                    delta(target, "TANGENT", Shape.VEC3),
                    uv,
                    attributes.has("COLOR_0") ? colors(target, 0) : null));
        }
        return targets;
    }

    private float[] delta(Element target, String name, Shape shape) throws InterruptedException {
        if (!target.has(name)) {
            return null;
        }
        accessors.reserve(target.get(name), (long) shape.components * sources.length);
        return gather(accessors.floats(target.get(name), shape), shape.components);
    }
}
