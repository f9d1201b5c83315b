package farm.tilth.render.scene;

import java.util.ArrayList;
import java.util.List;

/**
 * glTF 2.0's metallic-roughness material. Colours are linear.
 *
 * @param baseColor 4 numbers, RGBA
 * @param emissive 3 numbers; times {@code emissiveStrength}
 * @param finish what the material extensions add
 */
public record Material(
        float[] baseColor,
        TextureSlot baseColorTexture,
        float metallic,
        float roughness,
        TextureSlot metallicRoughnessTexture,
        TextureSlot normalTexture,
        float normalScale,
        float[] emissive,
        float emissiveStrength,
        TextureSlot emissiveTexture,
        AlphaMode alphaMode,
        float alphaCutoff,
        boolean doubleSided,
        Finish finish) {

    /** A material without extensions. */
    public Material(
            float[] baseColor,
            TextureSlot baseColorTexture,
            float metallic,
            float roughness,
            TextureSlot metallicRoughnessTexture,
            TextureSlot normalTexture,
            float normalScale,
            float[] emissive,
            float emissiveStrength,
            TextureSlot emissiveTexture,
            AlphaMode alphaMode,
            float alphaCutoff,
            boolean doubleSided) {
        this(
                baseColor,
                baseColorTexture,
                metallic,
                roughness,
                metallicRoughnessTexture,
                normalTexture,
                normalScale,
                emissive,
                emissiveStrength,
                emissiveTexture,
                alphaMode,
                alphaCutoff,
                doubleSided,
                Finish.PLAIN);
    }

    /** The same material with another finish. */
    public Material with(Finish other) {
        return new Material(
                baseColor,
                baseColorTexture,
                metallic,
                roughness,
                metallicRoughnessTexture,
                normalTexture,
                normalScale,
                emissive,
                emissiveStrength,
                emissiveTexture,
                alphaMode,
                alphaCutoff,
                doubleSided,
                other);
    }

    /** All textures, in the order in which the kernel's record has them. */
    public List<TextureSlot> textures() {
        List<TextureSlot> slots =
                new ArrayList<>(List.of(baseColorTexture, metallicRoughnessTexture, normalTexture, emissiveTexture));
        slots.addAll(finish.textures());
        return slots;
    }

    /** How the base colour's alpha acts. */
    public enum AlphaMode {
        /** It is ignored. */
        OPAQUE,
        /** Below the cutoff the surface is not there. */
        MASK,
        /** The surface is there with this probability. */
        BLEND
    }

    /**
     * The use of a texture.
     *
     * @param texture its number; −1 for none
     * @param uvSet 0 or 1
     * @param transform from the mesh's coordinates to the texture's
     */
    public record TextureSlot(int texture, int uvSet, UvTransform transform) {
        /** No texture. */
        public static final TextureSlot NONE = new TextureSlot(-1, 0);

        /** A texture at the mesh's own coordinates. */
        public TextureSlot(int texture, int uvSet) {
            this(texture, uvSet, UvTransform.IDENTITY);
        }
    }
}
