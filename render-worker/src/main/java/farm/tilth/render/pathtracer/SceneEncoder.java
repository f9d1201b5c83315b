package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import farm.tilth.render.bvh.Bvh;
import farm.tilth.render.bvh.BvhForest;
import farm.tilth.render.bvh.BvhInput;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Placement;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.Texture.Filter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes a scene into the flat buffer that scene.h describes. The buffer's bytes are the same on every machine, but for
 * the hierarchy's, which do not matter to the picture.
 */
public final class SceneEncoder {
    private static final long ALIGNMENT = 64;

    private final Scene scene;
    private final Builder builder;
    private final NodeLayout layout;
    private final SceneHeader header = new SceneHeader();
    private final List<Section> sections = new ArrayList<>();
    private long end = SceneHeader.BYTES;
    private long hierarchyBytes;

    /** A part of the buffer and what fills it. */
    private record Section(long offset, long bytes, Consumer<MemorySegment> writer) {}

    /** Builds the hierarchies; {@link BvhForest#build} but in tests. */
    @FunctionalInterface
    interface Builder {
        Bvh build(BvhInput input);
    }

    private SceneEncoder(Scene scene, Builder builder, NodeLayout layout) {
        this.scene = scene;
        this.builder = builder;
        this.layout = layout;
    }

    /**
     * Encodes a scene, its hierarchy included.
     *
     * @throws farm.tilth.protocol.FarmException when an array of the scene does not fit the others
     */
    public static SceneBuffer encode(Scene scene, NodeLayout layout) {
        return encode(scene, BvhForest::build, layout);
    }

    static SceneBuffer encode(Scene scene, Builder builder, NodeLayout layout) {
        SceneChecks.check(scene);
        return new SceneEncoder(scene, builder, layout).encode();
    }

    private SceneBuffer encode() {
        try (Arena temporary = Arena.ofShared()) {
            BvhInput geometry = GeometryRecords.of(scene, temporary);
            try (Bvh bvh = builder.build(geometry)) {
                return encode(geometry, bvh, temporary);
            }
        }
    }

    private SceneBuffer encode(BvhInput geometry, Bvh bvh, Arena temporary) {
        float[] srgbTable = srgbTable();
        header.srgbTable = floats(srgbTable);
        header.specularAlbedo = floats(FacetAlbedo.table());
        addMesh(scene.mesh(), geometry, bvh);
        addTextures(addMaterials(temporary));
        addLights(srgbTable);
        scene.environment().ifPresent(this::addEnvironment);
        header.totalBytes = end;
        header.camera = scene.camera();
        return write();
    }

    private SceneBuffer write() {
        SceneBuffer buffer = SceneBuffer.allocate(end, hierarchyBytes);
        header.write(buffer.bytes());
        for (Section section : sections) {
            section.writer().accept(buffer.bytes().asSlice(section.offset(), section.bytes()));
        }
        return buffer;
    }

    private long add(long bytes, Consumer<MemorySegment> writer) {
        long offset = end;
        sections.add(new Section(offset, bytes, writer));
        end = (offset + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return offset;
    }

    private long floats(float[] values) {
        return add(4L * values.length, to -> MemorySegment.copy(values, 0, to, JAVA_FLOAT, 0, values.length));
    }

    private long integers(int[] values) {
        return add(4L * values.length, to -> MemorySegment.copy(values, 0, to, JAVA_INT, 0, values.length));
    }

    private long copyOf(MemorySegment segment) {
        return add(segment.byteSize(), to -> to.copyFrom(segment));
    }

    /** Leaves an array out when every entry has the value that its absence means. */
    private long floatsUnless(float value, float[] values) {
        for (float v : values) {
            if (v != value) {
                return floats(values);
            }
        }
        return 0;
    }

    private void addMesh(Mesh mesh, BvhInput geometry, Bvh bvh) {
        header.triangleCount = mesh.triangleCount();
        header.materialCount = scene.materials().size();
        header.positions = copyOf(geometry.positions());
        header.triangles = copyOf(geometry.triangles());
        header.normals = floats(mesh.normals());
        header.tangents = floatsUnless(0, mesh.tangents());
        header.uv0 = floatsUnless(0, mesh.uv0());
        header.uv1 = floatsUnless(0, mesh.uv1());
        header.colors = floatsUnless(1, mesh.colors());
        header.instances = copyOf(geometry.instances());
        addParts(scene.placement().parts());
        long nodeBytes = bvh.nodeCount() * layout.nodeBytes();
        long blockBytes = bvh.blockCount() * Bvh.BLOCK_BYTES;
        hierarchyBytes = nodeBytes + blockBytes;
        header.root = bvh.root();
        header.packed = layout == NodeLayout.PACKED ? 1 : 0;
        header.nodes = add(
                nodeBytes + blockBytes,
                to -> bvh.write(layout, to.asSlice(0, nodeBytes), to.asSlice(nodeBytes, blockBytes)));
        header.blocks = header.nodes + nodeBytes;
    }

    private void addParts(List<Placement.Part> parts) {
        header.partCount = parts.size();
        header.parts = add(8L * parts.size(), to -> {
            for (int i = 0; i < parts.size(); i++) {
                to.set(JAVA_INT, 8L * i, parts.get(i).firstTriangle());
                to.set(JAVA_INT, 8L * i + 4, parts.get(i).object());
            }
        });
    }

    /** Writes the materials into a piece of memory of their own, for only then are their textures' uses known. */
    private TextureUses addMaterials(Arena temporary) {
        TextureUses uses = new TextureUses();
        MemorySegment records = temporary.allocate(
                Math.max(64L, SceneRecords.MATERIAL_BYTES * scene.materials().size()), ALIGNMENT);
        for (int i = 0; i < scene.materials().size(); i++) {
            SceneRecords.write(
                    scene.materials().get(i),
                    uses,
                    records.asSlice(SceneRecords.MATERIAL_BYTES * i, SceneRecords.MATERIAL_BYTES));
        }
        header.materials = copyOf(records);
        return uses;
    }

    private void addTextures(TextureUses uses) {
        Map<Texture, Long> pictures = new HashMap<>();
        List<Texture> textures = scene.textures();
        Set<Texture> cut = cutOut();
        for (TextureSlot slot : uses.slots()) {
            pictures.computeIfAbsent(picture(textures.get(slot.texture())), picture -> {
                TextureLevels levels = new TextureLevels(picture, cut.contains(picture));
                return add(levels.bytes(), levels::write);
            });
        }
        header.textures = add(64L * uses.slots().size(), to -> {
            for (int i = 0; i < uses.slots().size(); i++) {
                TextureSlot slot = uses.slots().get(i);
                Texture texture = textures.get(slot.texture());
                SceneRecords.write(texture, pictures.get(picture(texture)), slot, to.asSlice(64L * i, 64));
            }
        });
    }

    /** What decides a picture's bytes in the buffer; textures of equal ones share them. */
    private static Texture picture(Texture texture) {
        Filter filter = texture.levelCount() > 1 ? Filter.SMOOTH : Filter.withoutLevels(false);
        return new Texture(
                texture.width(),
                texture.height(),
                texture.texels(),
                texture.srgb(),
                Texture.Wrap.REPEAT,
                Texture.Wrap.REPEAT,
                filter);
    }

    /** The pictures whose alpha says where a surface is. */
    private Set<Texture> cutOut() {
        Set<Texture> pictures = new HashSet<>();
        for (Material material : scene.materials()) {
            int texture = material.base().colorTexture().texture();
            if (texture >= 0 && material.coverage().mode() != Material.AlphaMode.OPAQUE) {
                pictures.add(picture(scene.textures().get(texture)));
            }
        }
        return pictures;
    }

    private void addLights(float[] srgbTable) {
        header.lightCount = scene.lights().size();
        header.lights = add(64L * scene.lights().size(), to -> {
            for (int i = 0; i < scene.lights().size(); i++) {
                SceneRecords.write(scene.lights().get(i), to.asSlice(64L * i, 64));
            }
        });
        Emitters emitters = Emitters.of(scene, srgbTable);
        int count = emitters.triangles().length;
        header.emitterCount = count;
        header.emitters = add(8L * (count + 1), to -> {
            for (int i = 0; i <= count; i++) {
                to.set(JAVA_INT, 8L * i, i < count ? emitters.triangles()[i] : -1);
                to.set(JAVA_INT, 8L * i + 4, emitters.cumulated()[i]);
            }
        });
    }

    private void addEnvironment(Environment environment) {
        EnvironmentTables tables = EnvironmentTables.of(environment);
        header.environmentPixels = floats(environment.rgb());
        header.environmentRows = integers(tables.rows());
        header.environmentColumns = integers(tables.columns());
        header.environmentGuide = integers(tables.guide());
        header.environmentDetailOf = integers(tables.detailOf());
        header.environmentDetails = integers(tables.details());
        header.environmentTables = Optional.of(tables);
        header.environment = Optional.of(environment);
    }

    /** The linear value of each sRGB byte (IEC 61966-2-1). */
    private static float[] srgbTable() {
        float[] table = new float[256];
        for (int i = 0; i < table.length; i++) {
            double v = i / 255.0;
            table[i] = (float) (v <= 0.04045 ? v / 12.92 : StrictMath.pow((v + 0.055) / 1.055, 2.4));
        }
        return table;
    }
}
