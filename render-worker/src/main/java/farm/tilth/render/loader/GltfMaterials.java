package farm.tilth.render.loader;

import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.AlphaMode;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.SceneLimits;
import farm.tilth.render.scene.UvTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the materials of a document; their textures are decoded as they are met. */
final class GltfMaterials {
    private static final float MAX_EMISSION = 65_504f;

    private final GltfTextures textures;
    private final List<String> notices;

    GltfMaterials(GltfTextures textures, List<String> notices) {
        this.textures = textures;
        this.notices = notices;
    }

    /**
     * A material with the coordinates that its mesh must provide.
     *
     * @param uv0 the n of the TEXCOORD_n that are the kernel's first coordinates
     * @param uv1 the same of its second ones
     */
    record Surface(Material material, int uv0, int uv1) {
        boolean needsTangents() {
            return material.normalMap().texture().texture() >= 0
                    || material.finish().needsTangents();
        }

        /** The use of a texture along which tangents run: the normal map's, else the coat's, else the grain's. */
        TextureSlot tangentSlot() {
            Finish finish = material.finish();
            return Stream.of(
                            material.normalMap().texture(),
                            finish.coat().normalTexture(),
                            finish.anisotropy().texture())
                    .filter(slot -> slot.texture() >= 0)
                    .findFirst()
                    .orElse(TextureSlot.NONE);
        }

        boolean emits() {
            return material.finish().kind() == Finish.Kind.UNLIT
                    || material.emission().shines();
        }
    }

    /** All materials of the document, and after them the one that primitives without a material have. */
    List<Surface> readAll(Element root, SceneLimits limits) throws InterruptedException {
        List<Surface> surfaces = new ArrayList<>();
        for (Element material : root.objects("materials", limits.objects())) {
            surfaces.add(read(material));
        }
        surfaces.add(new Surface(Material.DEFAULT, 0, 0));
        return surfaces;
    }

    Surface read(Element material) throws InterruptedException {
        Coordinates coordinates = new Coordinates(material);
        GltfFinish.Slots slots = (info, srgb) -> slot(info, srgb, coordinates);
        Optional<Element> glossy = material.extension("KHR_materials_pbrSpecularGlossiness");
        Material read = glossy.isPresent() ? glossy(material, glossy.get(), slots) : metallicRoughness(material, slots);
        return new Surface(read, coordinates.set(0), coordinates.set(1));
    }

    private static Material metallicRoughness(Element material, GltfFinish.Slots slots) throws InterruptedException {
        Optional<Element> pbr = material.findObject("pbrMetallicRoughness");
        TextureSlot baseColor = slots.slot(pbr.flatMap(p -> p.findObject("baseColorTexture")), true);
        TextureSlot metallicRoughness = slots.slot(pbr.flatMap(p -> p.findObject("metallicRoughnessTexture")), false);
        float metallic = pbr.map(p -> p.number("metallicFactor", 1, 0, 1)).orElse(1f);
        float roughness = pbr.map(p -> p.number("roughnessFactor", 1, 0, 1)).orElse(1f);
        float[] color = floats(pbr.flatMap(p -> p.numbers("baseColorFactor", 4)), new double[] {1, 1, 1, 1}, 1);
        Material.Base base = new Material.Base(color, baseColor, metallic, roughness, metallicRoughness);
        return common(material, base, slots).with(GltfFinish.read(material, slots));
    }

    private static Material glossy(Element material, Element glossy, GltfFinish.Slots slots)
            throws InterruptedException {
        TextureSlot diffuse = slots.slot(glossy.findObject("diffuseTexture"), true);
        float glossiness = glossy.number("glossinessFactor", 1, 0, 1);
        float[] color = floats(glossy.numbers("diffuseFactor", 4), new double[] {1, 1, 1, 1}, 1);
        Material.Base base = new Material.Base(color, diffuse, 0, glossiness, TextureSlot.NONE);
        return common(material, base, slots).with(GltfFinish.glossy(glossy, slots));
    }

    private static Material common(Element material, Material.Base base, GltfFinish.Slots slots)
            throws InterruptedException {
        return new Material(
                base,
                normalMap(material, slots),
                emission(material, slots),
                new Material.Coverage(alphaMode(material), material.number("alphaCutoff", 0.5, 0, MAX_EMISSION)),
                material.flag("doubleSided", false),
                Finish.PLAIN);
    }

    private static Material.NormalMap normalMap(Element material, GltfFinish.Slots slots) throws InterruptedException {
        Optional<Element> info = material.findObject("normalTexture");
        float scale =
                info.map(n -> n.number("scale", 1, -MAX_EMISSION, MAX_EMISSION)).orElse(1f);
        return new Material.NormalMap(slots.slot(info, false), scale);
    }

    private static Material.Emission emission(Element material, GltfFinish.Slots slots) throws InterruptedException {
        TextureSlot texture = slots.slot(material.findObject("emissiveTexture"), true);
        double strength = material.extension("KHR_materials_emissive_strength")
                .map(extension -> extension.number("emissiveStrength", 1))
                .orElse(1.0);
        boolean unlit = material.extension("KHR_materials_unlit").isPresent();
        float[] color =
                unlit ? new float[3] : floats(material.numbers("emissiveFactor", 3), new double[3], MAX_EMISSION);
        return new Material.Emission(color, (float) Math.clamp(strength, 0, MAX_EMISSION), texture);
    }

    private TextureSlot slot(Optional<Element> info, boolean srgb, Coordinates coordinates)
            throws InterruptedException {
        if (info.isEmpty()) {
            return TextureSlot.NONE;
        }
        int texture = textures.texture(info.get().get("index"), srgb);
        return texture < 0
                ? TextureSlot.NONE
                : new TextureSlot(texture, coordinates.uvSet(info.get()), uvTransform(info.get()));
    }

    private static UvTransform uvTransform(Element info) {
        return info.extension("KHR_texture_transform")
                .map(transform -> UvTransform.of(
                        transform.numbers("offset", 2).orElse(new double[2]),
                        transform.number("rotation", 0),
                        transform.numbers("scale", 2).orElse(new double[] {1, 1})))
                .orElse(UvTransform.IDENTITY);
    }

    /** The n of the TEXCOORD_n that a textureInfo reads; the extension may name another one. */
    private static int texCoord(Element info) {
        int set = info.integer("texCoord", 0, 0, 63);
        return info.extension("KHR_texture_transform")
                .map(transform -> transform.integer("texCoord", set, 0, 63))
                .orElse(set);
    }

    private static AlphaMode alphaMode(Element material) {
        String mode = material.text("alphaMode", "OPAQUE");
        for (AlphaMode known : AlphaMode.values()) {
            if (known.name().equals(mode)) {
                return known;
            }
        }
        throw material.get("alphaMode").error("'" + mode + "' is not an alpha mode of glTF");
    }

    static float[] floats(Optional<double[]> numbers, double[] fallback, double max) {
        double[] from = numbers.orElse(fallback);
        float[] out = new float[from.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) Math.clamp(from[i], 0, max);
        }
        return out;
    }

    /** The kernel has two sets of coordinates a vertex: the first two different ones that a material reads. */
    private final class Coordinates {
        private final Element material;
        private final List<Integer> sets = new ArrayList<>();

        private Coordinates(Element material) {
            this.material = material;
        }

        int uvSet(Element info) {
            int wanted = texCoord(info);
            int known = sets.indexOf(wanted);
            if (known >= 0) {
                return known;
            }
            if (sets.size() < 2) {
                sets.add(wanted);
                return sets.size() - 1;
            }
            notices.add(info.path() + ": " + material.path() + " reads more than two sets of texture coordinates;"
                    + " the first one is used here");
            return 0;
        }

        int set(int uvSet) {
            return uvSet < sets.size() ? sets.get(uvSet) : 0;
        }
    }
}
