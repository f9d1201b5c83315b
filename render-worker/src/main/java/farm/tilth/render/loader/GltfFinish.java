package farm.tilth.render.loader;

import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Finish.Anisotropy;
import farm.tilth.render.scene.Finish.Coat;
import farm.tilth.render.scene.Finish.Iridescence;
import farm.tilth.render.scene.Finish.Kind;
import farm.tilth.render.scene.Finish.Sheen;
import farm.tilth.render.scene.Finish.Specular;
import farm.tilth.render.scene.Finish.Translucency;
import farm.tilth.render.scene.Finish.Transmission;
import farm.tilth.render.scene.Material.TextureSlot;
import java.util.Optional;

/** Reads the extensions of a material. */
final class GltfFinish {
    private static final double[] WHITE = {1, 1, 1};
    private static final double[] BLACK = {0, 0, 0};
    private static final double MAX_SCALE = 65_504;
    private static final double MAX_INDEX = 100;
    private static final double MAX_NANOMETRES = 100_000;
    /** What is blacker than this in an attenuation colour is taken as this: nothing absorbs infinitely. */
    private static final double LEAST_COLOR = 1e-6;

    private static final double MAX_ABSORPTION = 1e12;

    private GltfFinish() {}

    /** Reads a textureInfo. */
    @FunctionalInterface
    interface Slots {
        TextureSlot slot(Optional<Element> info, boolean srgb) throws InterruptedException;
    }

    /** The finish of a metallic-roughness or unlit material. */
    static Finish read(Element material, Slots slots) throws InterruptedException {
        boolean unlit = material.extension("KHR_materials_unlit").isPresent();
        if (unlit) {
            return plain(Kind.UNLIT, Specular.NONE);
        }
        return new Finish(
                Kind.METALLIC_ROUGHNESS,
                specular(material, slots),
                coat(material, slots),
                sheen(material, slots),
                transmission(material, slots),
                translucency(material, slots),
                iridescence(material, slots),
                anisotropy(material, slots));
    }

    /** The finish of a specular-glossiness material. */
    static Finish glossy(Element extension, Slots slots) throws InterruptedException {
        TextureSlot texture = slots.slot(extension.findObject("specularGlossinessTexture"), true);
        float[] color = GltfMaterials.floats(extension.numbers("specularFactor", 3), WHITE, 1);
        return plain(Kind.SPECULAR_GLOSSINESS, new Specular(1, TextureSlot.NONE, color, texture, 1.5f));
    }

    private static Finish plain(Kind kind, Specular specular) {
        return new Finish(
                kind,
                specular,
                Coat.NONE,
                Sheen.NONE,
                Transmission.NONE,
                Translucency.NONE,
                Iridescence.NONE,
                Anisotropy.NONE);
    }

    private static Specular specular(Element material, Slots slots) throws InterruptedException {
        float index = material.extension("KHR_materials_ior")
                .map(ior -> ior.number("ior", 1.5))
                // 0 stands for a boundary that reflects all light, as if its index were infinite.
                .map(ior -> (float) (ior == 0 ? MAX_INDEX : Math.clamp(ior, 1, MAX_INDEX)))
                .orElse(1.5f);
        Optional<Element> extension = material.extension("KHR_materials_specular");
        if (extension.isEmpty()) {
            return new Specular(1, TextureSlot.NONE, Specular.NONE.color(), TextureSlot.NONE, index);
        }
        Element e = extension.get();
        return new Specular(
                e.number("specularFactor", 1, 0, 1),
                slots.slot(e.findObject("specularTexture"), false),
                GltfMaterials.floats(e.numbers("specularColorFactor", 3), WHITE, MAX_SCALE),
                slots.slot(e.findObject("specularColorTexture"), true),
                index);
    }

    private static Coat coat(Element material, Slots slots) throws InterruptedException {
        Optional<Element> extension = material.extension("KHR_materials_clearcoat");
        if (extension.isEmpty()) {
            return Coat.NONE;
        }
        Element e = extension.get();
        Optional<Element> normal = e.findObject("clearcoatNormalTexture");
        return new Coat(
                e.number("clearcoatFactor", 0, 0, 1),
                slots.slot(e.findObject("clearcoatTexture"), false),
                e.number("clearcoatRoughnessFactor", 0, 0, 1),
                slots.slot(e.findObject("clearcoatRoughnessTexture"), false),
                slots.slot(normal, false),
                normal.map(n -> n.number("scale", 1, -MAX_SCALE, MAX_SCALE)).orElse(1f));
    }

    private static Sheen sheen(Element material, Slots slots) throws InterruptedException {
        Optional<Element> extension = material.extension("KHR_materials_sheen");
        if (extension.isEmpty()) {
            return Sheen.NONE;
        }
        Element e = extension.get();
        return new Sheen(
                GltfMaterials.floats(e.numbers("sheenColorFactor", 3), BLACK, 1),
                slots.slot(e.findObject("sheenColorTexture"), true),
                e.number("sheenRoughnessFactor", 0, 0, 1),
                slots.slot(e.findObject("sheenRoughnessTexture"), false));
    }

    /** A thickness of 0 makes a sheet without an inside; how thick a solid is, its own triangles say. */
    private static Transmission transmission(Element material, Slots slots) throws InterruptedException {
        Optional<Element> extension = material.extension("KHR_materials_transmission");
        Optional<Element> volume = material.extension("KHR_materials_volume");
        boolean thin = volume.map(v -> v.number("thicknessFactor", 0) == 0).orElse(true);
        float weight =
                extension.map(e -> e.number("transmissionFactor", 0, 0, 1)).orElse(0f);
        TextureSlot texture = extension.isEmpty()
                ? TextureSlot.NONE
                : slots.slot(extension.get().findObject("transmissionTexture"), false);
        float[] absorption = new float[3];
        if (volume.isPresent() && !thin) {
            double distance = volume.get().number("attenuationDistance", Double.POSITIVE_INFINITY);
            double[] color = volume.get().numbers("attenuationColor", 3).orElse(WHITE);
            for (int k = 0; k < 3 && distance > 0; k++) {
                double absorbed = -StrictMath.log(Math.clamp(color[k], LEAST_COLOR, 1)) / distance;
                absorption[k] = (float) Math.clamp(absorbed, 0, MAX_ABSORPTION);
            }
        }
        float dispersion = material.extension("KHR_materials_dispersion")
                .map(e -> e.number("dispersion", 0, 0, 20))
                .orElse(0f);
        return new Transmission(weight, texture, thin, absorption, dispersion);
    }

    private static Translucency translucency(Element material, Slots slots) throws InterruptedException {
        Optional<Element> extension = material.extension("KHR_materials_diffuse_transmission");
        if (extension.isEmpty()) {
            return Translucency.NONE;
        }
        Element e = extension.get();
        return new Translucency(
                e.number("diffuseTransmissionFactor", 0, 0, 1),
                slots.slot(e.findObject("diffuseTransmissionTexture"), false),
                GltfMaterials.floats(e.numbers("diffuseTransmissionColorFactor", 3), WHITE, 1),
                slots.slot(e.findObject("diffuseTransmissionColorTexture"), true));
    }

    private static Iridescence iridescence(Element material, Slots slots) throws InterruptedException {
        Optional<Element> extension = material.extension("KHR_materials_iridescence");
        if (extension.isEmpty()) {
            return Iridescence.NONE;
        }
        Element e = extension.get();
        return new Iridescence(
                e.number("iridescenceFactor", 0, 0, 1),
                slots.slot(e.findObject("iridescenceTexture"), false),
                e.number("iridescenceIor", 1.3, 1, MAX_INDEX),
                e.number("iridescenceThicknessMinimum", 100, 0, MAX_NANOMETRES),
                e.number("iridescenceThicknessMaximum", 400, 0, MAX_NANOMETRES),
                slots.slot(e.findObject("iridescenceThicknessTexture"), false));
    }

    private static Anisotropy anisotropy(Element material, Slots slots) throws InterruptedException {
        Optional<Element> extension = material.extension("KHR_materials_anisotropy");
        if (extension.isEmpty()) {
            return Anisotropy.NONE;
        }
        Element e = extension.get();
        return new Anisotropy(
                e.number("anisotropyStrength", 0, 0, 1),
                e.number("anisotropyRotation", 0, -MAX_SCALE, MAX_SCALE),
                slots.slot(e.findObject("anisotropyTexture"), false));
    }
}
