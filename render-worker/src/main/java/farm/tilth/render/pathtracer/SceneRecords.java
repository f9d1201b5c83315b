package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.UvTransform;
import java.lang.foreign.MemorySegment;

/** The small records of scene.h. */
final class SceneRecords {
    private SceneRecords() {}

    /** {@code MaterialRecord}. */
    static void write(Material m, TextureUses uses, MemorySegment to) {
        MemorySegment.copy(m.baseColor(), 0, to, JAVA_FLOAT, 0, 4);
        for (int k = 0; k < 3; k++) {
            to.set(JAVA_FLOAT, 16 + 4L * k, m.emissive()[k] * m.emissiveStrength());
        }
        to.set(JAVA_FLOAT, 28, m.metallic());
        to.set(JAVA_FLOAT, 32, m.roughness());
        to.set(JAVA_FLOAT, 36, m.normalScale());
        to.set(JAVA_FLOAT, 40, m.alphaCutoff());
        to.set(
                JAVA_INT,
                44,
                switch (m.alphaMode()) {
                    case OPAQUE -> 0;
                    case MASK -> 1;
                    case BLEND -> 2;
                });
        to.set(JAVA_INT, 48, uses.number(m.baseColorTexture()));
        to.set(JAVA_INT, 52, uses.number(m.metallicRoughnessTexture()));
        to.set(JAVA_INT, 56, uses.number(m.normalTexture()));
        to.set(JAVA_INT, 60, uses.number(m.emissiveTexture()));
    }

    /** {@code TextureRecord}. */
    static void write(Texture t, long texels, TextureSlot use, MemorySegment to) {
        to.set(JAVA_LONG, 0, texels);
        to.set(JAVA_INT, 8, t.width());
        to.set(JAVA_INT, 12, t.height());
        to.set(JAVA_INT, 16, wrap(t.wrapS()));
        to.set(JAVA_INT, 20, wrap(t.wrapT()));
        to.set(JAVA_INT, 24, t.srgb() ? 1 : 0);
        to.set(JAVA_INT, 28, t.nearest() ? 1 : 0);
        UvTransform m = use.transform();
        float[] transform = {m.a(), m.b(), m.c(), m.d(), m.e(), m.f()};
        MemorySegment.copy(transform, 0, to, JAVA_FLOAT, 32, transform.length);
        to.set(JAVA_INT, 56, use.uvSet());
        to.set(JAVA_INT, 60, t.texels().wide() ? 1 : 0);
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
