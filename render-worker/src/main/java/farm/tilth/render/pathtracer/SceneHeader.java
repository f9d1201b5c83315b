package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Environment;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The fields of {@code SceneHeader} in scene.h, while the encoder gathers them; offsets are in bytes, 0 for none. */
final class SceneHeader {
    static final long BYTES = 320;
    private static final long COUNTS = 20 * Long.BYTES;
    private static final long CAMERA = COUNTS + 10 * Integer.BYTES;
    private static final long PACKED = CAMERA + 64;
    private static final long PART_COUNT = PACKED + 20;
    private static final long PARTS = BYTES - Long.BYTES;

    long totalBytes;
    long positions;
    long normals;
    long tangents;
    long uv0;
    long uv1;
    long colors;
    long triangles;
    long materials;
    long textures;
    long lights;
    long srgbTable;
    long specularAlbedo;
    long nodes;
    long blocks;
    long instances;
    long emitters;
    long environmentPixels;
    long environmentRows;
    long environmentColumns;
    int triangleCount;
    int lightCount;
    int emitterCount;
    int materialCount;
    int root;
    int packed;
    long environmentDetailOf;
    long environmentDetails;
    long environmentGuide;
    int partCount;
    long parts;
    Optional<EnvironmentTables> environmentTables = Optional.empty();
    Optional<Environment> environment = Optional.empty();
    Camera camera;

    void write(MemorySegment to) {
        long[] offsets = {
            totalBytes,
            positions,
            normals,
            tangents,
            uv0,
            uv1,
            colors,
            triangles,
            materials,
            textures,
            lights,
            srgbTable,
            specularAlbedo,
            nodes,
            blocks,
            instances,
            emitters,
            environmentPixels,
            environmentRows,
            environmentColumns
        };
        MemorySegment.copy(offsets, 0, to, JAVA_LONG, 0, offsets.length);
        int[] counts = {triangleCount, lightCount, emitterCount, root};
        MemorySegment.copy(counts, 0, to, JAVA_INT, COUNTS, counts.length);
        to.set(JAVA_INT, COUNTS + 28, materialCount);
        to.set(JAVA_INT, PACKED, packed);
        to.set(JAVA_INT, PART_COUNT, partCount);
        to.set(JAVA_LONG, PARTS, parts);
        environmentTables.ifPresent(tables -> writeTables(to.asSlice(PACKED + 4), tables));
        environment.ifPresent(e -> writeEnvironment(to, e));
        writeCamera(to.asSlice(CAMERA));
    }

    private static void writeEnvironment(MemorySegment to, Environment e) {
        int[] shape = {e.width(), e.height(), e.visible() ? 1 : 0};
        MemorySegment.copy(shape, 0, to, JAVA_INT, COUNTS + 16, shape.length);
        to.set(JAVA_FLOAT, COUNTS + 32, (float) StrictMath.cos(e.rotationRadians()));
        to.set(JAVA_FLOAT, COUNTS + 36, (float) StrictMath.sin(e.rotationRadians()));
    }

    private void writeTables(MemorySegment to, EnvironmentTables tables) {
        int[] shape = {tables.wide(), tables.high(), tables.side()};
        MemorySegment.copy(shape, 0, to, JAVA_INT, 0, shape.length);
        to.set(JAVA_FLOAT, 12, tables.light());
        long[] offsets = {environmentDetailOf, environmentDetails, environmentGuide};
        MemorySegment.copy(offsets, 0, to, JAVA_LONG, 20, offsets.length);
    }

    private void writeCamera(MemorySegment to) {
        MemorySegment.copy(camera.position(), 0, to, JAVA_FLOAT, 0, 3);
        MemorySegment.copy(camera.right(), 0, to, JAVA_FLOAT, 12, 3);
        MemorySegment.copy(camera.up(), 0, to, JAVA_FLOAT, 24, 3);
        MemorySegment.copy(camera.forward(), 0, to, JAVA_FLOAT, 36, 3);
        to.set(JAVA_FLOAT, 48, camera.tanHalfHeight());
        to.set(JAVA_FLOAT, 52, camera.halfHeight());
    }
}
