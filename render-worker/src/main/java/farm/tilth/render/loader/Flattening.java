package farm.tilth.render.loader;

import farm.tilth.render.loader.Arrangement.Shape;
import farm.tilth.render.loader.MeshParts.Parts;
import farm.tilth.render.scene.Instance;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Matrix;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Placement;
import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the primitives of a posed scene in one mesh: first those in the world, then those that instances place. */
final class Flattening {
    /** Coordinates beyond this leave no room for products in single precision. */
    static final double MAX_COORDINATE = 1e8;

    private final float[] positions;
    private final float[] normals;
    private final float[] tangents;
    private final float[] uv0;
    private final float[] uv1;
    private final float[] colors;
    private final int[] indices;
    private final int[] materials;
    private int vertex;
    private int triangle;

    private Flattening(int vertices, int triangles) {
        positions = new float[vertices * 3];
        normals = new float[vertices * 3];
        tangents = new float[vertices * 4];
        uv0 = new float[vertices * 2];
        uv1 = new float[vertices * 2];
        colors = new float[vertices * 4];
        indices = new int[triangles * 3];
        materials = new int[triangles];
    }

    /** A posed scene's triangles, and where they are seen. */
    record Geometry(Mesh mesh, Placement placement) {}

    /** What is posed: a document's meshes at its nodes. */
    record Source(Hierarchy hierarchy, List<Parts> meshes, List<Skin> skins, SceneLimits limits) {}

    /**
     * The triangles of all shown nodes.
     *
     * @param opened where the nodes are when the shutter opens
     * @param closed where they are when it closes
     */
    static Geometry of(Source source, Pose pose, Pose opened, Pose closed, List<Material> materials) {
        Arrangement arrangement = new Arrangement(source.hierarchy(), source.meshes(), pose, opened, closed, materials);
        List<PosedVertices> world = copies(source, pose, arrangement);
        Map<Shape, List<PosedVertices>> shapes = shapes(pose, arrangement);
        List<PosedVertices> all = new ArrayList<>(world);
        shapes.values().forEach(all::addAll);
        Flattening flat = sized(all, source.limits());
        List<Placement.Part> parts = new ArrayList<>();
        for (PosedVertices vertices : world) {
            if (parts.isEmpty() || parts.getLast().object() != vertices.node()) {
                parts.add(new Placement.Part(flat.triangle, vertices.node()));
            }
            flat.add(vertices);
        }
        Map<Shape, int[]> ranges = new HashMap<>();
        shapes.forEach((shape, vertices) -> {
            int first = flat.triangle;
            vertices.forEach(flat::add);
            ranges.put(shape, new int[] {first, flat.triangle - first});
        });
        List<Instance> instances = new ArrayList<>();
        for (int node : pose.shown()) {
            if (arrangement.placedAt(node) != null) {
                int[] range = ranges.get(arrangement.placedAt(node));
                instances.add(new Instance(
                        range[0],
                        range[1],
                        node,
                        opened.world().get(node),
                        closed.world().get(node)));
            }
        }
        return new Geometry(flat.mesh(), new Placement(parts, instances));
    }

    /** The box of all shown nodes, without a copy of their triangles; a little larger where a mesh is shared. */
    static Bounds bounds(Source source, Pose pose, List<Material> materials) {
        Arrangement arrangement = new Arrangement(source.hierarchy(), source.meshes(), pose, pose, pose, materials);
        List<PosedVertices> world = copies(source, pose, arrangement);
        checkCounts(world, source.limits());
        Bounds bounds = Bounds.EMPTY;
        for (PosedVertices vertices : world) {
            bounds = bounds.and(vertices.bounds());
        }
        for (int node : pose.shown()) {
            Shape shape = arrangement.placedAt(node);
            if (shape != null) {
                bounds =
                        bounds.and(arrangement.bounds(shape).placed(pose.world().get(node)));
            }
        }
        return bounds;
    }

    /** What lies in the world. */
    private static List<PosedVertices> copies(Source source, Pose pose, Arrangement arrangement) {
        List<PosedVertices> copies = new ArrayList<>();
        for (int node : pose.shown()) {
            Node at = source.hierarchy().nodes().get(node);
            if (at.mesh() < 0) {
                continue;
            }
            Parts parts = source.meshes().get(at.mesh());
            double[] own = pose.weights().get(node);
            double[] weights = own == null ? parts.weights() : own;
            for (Primitive primitive : parts.primitives()) {
                if (!arrangement.isCopied(node, primitive)) {
                    continue;
                }
                boolean skinned = at.skin() >= 0 && primitive.influences() > 0;
                copies.add(
                        skinned
                                ? PosedVertices.skinned(
                                        primitive, weights, source.skins().get(at.skin()), pose, node)
                                : PosedVertices.rigid(
                                        primitive, weights, pose.world().get(node), node));
            }
        }
        return copies;
    }

    /** What instances place, in the order of the nodes that use it first. */
    private static Map<Shape, List<PosedVertices>> shapes(Pose pose, Arrangement arrangement) {
        Map<Shape, List<PosedVertices>> shapes = new LinkedHashMap<>();
        for (int node : pose.shown()) {
            Shape shape = arrangement.placedAt(node);
            if (shape != null && !shapes.containsKey(shape)) {
                shapes.put(
                        shape,
                        arrangement.primitives(shape).stream()
                                .map(primitive ->
                                        PosedVertices.rigid(primitive, shape.weightArray(), Matrix.identity(), node))
                                .toList());
            }
        }
        return shapes;
    }

    private static void checkCounts(List<PosedVertices> all, SceneLimits limits) {
        long vertices = 0;
        long triangles = 0;
        for (PosedVertices part : all) {
            vertices += part.primitive().vertexCount();
            triangles += part.primitive().triangleCount();
            if (triangles > limits.triangles() || vertices > 3 * limits.triangles()) {
                throw MeshParts.tooManyTriangles(part.place(), limits);
            }
        }
    }

    private static Flattening sized(List<PosedVertices> all, SceneLimits limits) {
        checkCounts(all, limits);
        return new Flattening(
                all.stream().mapToInt(part -> part.primitive().vertexCount()).sum(),
                all.stream().mapToInt(part -> part.primitive().triangleCount()).sum());
    }

    private Mesh mesh() {
        return new Mesh(positions, normals, tangents, uv0, uv1, colors, indices, materials);
    }

    private void add(PosedVertices vertices) {
        Primitive primitive = vertices.primitive();
        int count = primitive.vertexCount();
        boolean[] mirrored = new boolean[count];
        for (int v = 0; v < count; v++) {
            mirrored[v] = place(vertices, v) < 0;
        }
        System.arraycopy(vertices.uv(0), 0, uv0, vertex * 2, count * 2);
        System.arraycopy(vertices.uv(1), 0, uv1, vertex * 2, count * 2);
        if (primitive.colors() == null) {
            Arrays.fill(colors, vertex * 4, (vertex + count) * 4, 1);
        } else {
            System.arraycopy(vertices.colors(), 0, colors, vertex * 4, count * 4);
        }
        int first = triangle * 3;
        int[] from = primitive.indices();
        for (int i = 0; i < from.length; i += 3) {
            // A mirroring transform turns the winding round.
            boolean turned = mirrored[from[i]];
            indices[first + i] = vertex + from[i];
            indices[first + i + 1] = vertex + from[i + (turned ? 2 : 1)];
            indices[first + i + 2] = vertex + from[i + (turned ? 1 : 2)];
            materials[triangle++] = primitive.surface();
        }
        for (int at = first; at < triangle * 3; at += 3) {
            completeNormals(at, primitive.normals() == null);
        }
        if (primitive.tangents() != null) {
            squareTangents(vertex, vertex + count);
        }
        vertex += count;
    }

    /** Writes a vertex; returns the side that its transform keeps: -1 when it mirrors. */
    private double place(PosedVertices vertices, int v) {
        Primitive primitive = vertices.primitive();
        PosedVertices.Transform transform = vertices.transform(v);
        store(positions, (vertex + v) * 3, vertices.position(v, transform));
        if (primitive.normals() != null) {
            store(normals, (vertex + v) * 3, vertices.normal(v, transform));
        }
        if (primitive.tangents() != null) {
            double sign = primitive.tangents()[v * 4 + 3] < 0 ? -transform.side() : transform.side();
            store(tangents, (vertex + v) * 4, vertices.tangent(v, transform));
            tangents[(vertex + v) * 4 + 3] = (float) sign;
        }
        return transform.side();
    }

    /** Gives a triangle's corners its own normal: all of them when flat, else those that have none. */
    private void completeNormals(int at, boolean flat) {
        float[] normal = null;
        for (int c = 0; c < 3; c++) {
            int n = indices[at + c] * 3;
            if (flat || (normals[n] == 0 && normals[n + 1] == 0 && normals[n + 2] == 0)) {
                normal = normal == null ? FlatNormals.of(positions, indices, at) : normal;
                System.arraycopy(normal, 0, normals, n, 3);
            }
        }
    }

    /** Morphs and skins leave tangents askew: sets them at a right angle to their normals. */
    private void squareTangents(int from, int to) {
        for (int v = from; v < to; v++) {
            double[] normal = {normals[v * 3], normals[v * 3 + 1], normals[v * 3 + 2]};
            double[] tangent = {tangents[v * 4], tangents[v * 4 + 1], tangents[v * 4 + 2]};
            double along = Matrix.dot(normal, tangent);
            for (int c = 0; c < 3; c++) {
                tangent[c] -= along * normal[c];
            }
            store(tangents, v * 4, Matrix.unit(tangent, TangentSpace.perpendicular(normal)));
        }
    }

    private static void store(float[] to, int at, double[] v) {
        for (int c = 0; c < 3; c++) {
            to[at + c] = (float) v[c];
        }
    }
}
