package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.UvTransform;
import java.lang.foreign.MemorySegment;

/** The small records of scene.h. */
final class SceneRecords {
    private SceneRecords() {}

    /** The size of {@code MaterialRecord}. */
    static final long MATERIAL_BYTES = 256;

    private static final int UNLIT = 1;
    private static final int THIN = 2;
    private static final int GLOSSY = 4;

    private static final int SRGB = 1;
    private static final int WIDE = 2;
    private static final int NEAREST = 4;
    private static final int NEAREST_IN_LEVEL = 8;
    private static final int BETWEEN_LEVELS = 16;

    /** {@code MaterialRecord}. */
    static void write(Material m, TextureUses uses, MemorySegment to) {
        MemorySegment.copy(m.base().color(), 0, to, JAVA_FLOAT, 0, 4);
        for (int k = 0; k < 3; k++) {
            to.set(
                    JAVA_FLOAT,
                    16 + 4L * k,
                    m.emission().color()[k] * m.emission().strength());
        }
        float[] numbers = {
            m.base().metallic(),
            m.base().roughness(),
            m.normalMap().scale(),
            m.coverage().cutoff()
        };
        MemorySegment.copy(numbers, 0, to, JAVA_FLOAT, 28, numbers.length);
        to.set(
                JAVA_INT,
                44,
                switch (m.coverage().mode()) {
                    case OPAQUE -> 0;
                    case MASK -> 1;
                    case BLEND -> 2;
                });
        long at = 48;
        for (TextureSlot slot : m.textures()) {
            to.set(JAVA_INT, at, uses.number(slot));
            at += 4;
        }
        to.set(JAVA_INT, at, flags(m.finish()));
        float[] finish = numbers(m.finish());
        MemorySegment.copy(finish, 0, to, JAVA_FLOAT, at + 4, finish.length);
    }

    private static int flags(Finish finish) {
        int kind =
                switch (finish.kind()) {
                    case METALLIC_ROUGHNESS -> 0;
                    case SPECULAR_GLOSSINESS -> GLOSSY;
                    case UNLIT -> UNLIT;
                };
        return kind | (finish.transmission().thin() ? THIN : 0);
    }

    /** The numbers of the extensions, in the record's order. */
    private static float[] numbers(Finish f) {
        float[] specular = f.specular().color();
        float[] sheen = f.sheen().color();
        float[] absorption = f.transmission().absorption();
        float[] translucent = f.translucency().color();
        return new float[] {
            f.specular().weight(),
            specular[0],
            specular[1],
            specular[2],
            f.specular().index(),
            f.coat().weight(),
            f.coat().roughness(),
            f.coat().normalScale(),
            sheen[0],
            sheen[1],
            sheen[2],
            f.sheen().roughness(),
            f.transmission().weight(),
            absorption[0],
            absorption[1],
            absorption[2],
            f.transmission().dispersion(),
            f.translucency().weight(),
            translucent[0],
            translucent[1],
            translucent[2],
            f.iridescence().weight(),
            f.iridescence().index(),
            f.iridescence().least(),
            f.iridescence().most(),
            f.anisotropy().strength(),
            (float) StrictMath.cos(f.anisotropy().rotationRadians()),
            (float) StrictMath.sin(f.anisotropy().rotationRadians())
        };
    }

    /** {@code TextureRecord}. */
    static void write(Texture t, long texels, TextureSlot use, MemorySegment to) {
        to.set(JAVA_LONG, 0, texels);
        to.set(JAVA_INT, 8, t.width());
        to.set(JAVA_INT, 12, t.height());
        to.set(JAVA_INT, 16, wrap(t.wrapS()));
        to.set(JAVA_INT, 20, wrap(t.wrapT()));
        to.set(JAVA_INT, 24, flags(t));
        to.set(JAVA_INT, 28, t.levelCount());
        UvTransform m = use.transform();
        float[] transform = {m.a(), m.b(), m.c(), m.d(), m.e(), m.f()};
        MemorySegment.copy(transform, 0, to, JAVA_FLOAT, 32, transform.length);
        to.set(JAVA_INT, 56, use.uvSet());
        double stretch = Math.abs((double) m.a() * m.e() - (double) m.b() * m.d());
        to.set(JAVA_FLOAT, 60, (float) (stretch * t.width() * t.height()));
    }

    private static int flags(Texture t) {
        return (t.srgb() ? SRGB : 0)
                | (t.texels().wide() ? WIDE : 0)
                | (t.filter().nearest() ? NEAREST : 0)
                | (t.filter().nearestInLevel() ? NEAREST_IN_LEVEL : 0)
                | (t.filter().levels() == Texture.Levels.BLENDED ? BETWEEN_LEVELS : 0);
    }

    private static int wrap(Texture.Wrap wrap) {
        return switch (wrap) {
            case REPEAT -> 0;
            case CLAMP_TO_EDGE -> 1;
            case MIRRORED_REPEAT -> 2;
        };
    }

    /** {@code LightRecord}. */
    static void write(Light light, MemorySegment to) {
        MemorySegment.copy(light.position(), 0, to, JAVA_FLOAT, 0, 3);
        MemorySegment.copy(light.direction(), 0, to, JAVA_FLOAT, 12, 3);
        MemorySegment.copy(light.color(), 0, to, JAVA_FLOAT, 24, 3);
        to.set(JAVA_FLOAT, 36, 1 / light.range());
        // The cone's falloff as KHR_lights_punctual computes it.
        float scale = 1 / Math.max(0.001f, light.innerCos() - light.outerCos());
        to.set(JAVA_FLOAT, 40, scale);
        to.set(JAVA_FLOAT, 44, -light.outerCos() * scale);
        to.set(
                JAVA_INT,
                48,
                switch (light.kind()) {
                    case POINT -> 0;
                    case SPOT -> 1;
                    case DIRECTIONAL -> 2;
                });
    }
}
