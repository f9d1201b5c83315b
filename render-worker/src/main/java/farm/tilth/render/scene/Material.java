package farm.tilth.render.scene;

import java.util.ArrayList;
import java.util.List;

/**
 * glTF 2.0's metallic-roughness material. Colours are linear.
 *
 * @param finish what the material extensions add
 */
public record Material(
        Base base, NormalMap normalMap, Emission emission, Coverage coverage, boolean doubleSided, Finish finish) {
    /** What glTF gives to what has no material: white, metallic and rough. */
    public static final Material DEFAULT = new Material(
            new Base(new float[] {1, 1, 1, 1}, TextureSlot.NONE, 1, 1, TextureSlot.NONE),
            NormalMap.NONE,
            Emission.NONE,
            Coverage.OPAQUE,
            false,
            Finish.PLAIN);

    /**
     * What reflects.
     *
     * @param color 4 numbers, RGBA
     * @param metallicRoughnessTexture roughness in its green channel, metallic in its blue one
     */
    public record Base(
            float[] color,
            TextureSlot colorTexture,
            float metallic,
            float roughness,
            TextureSlot metallicRoughnessTexture) {}

    /**
     * Bumps.
     *
     * @param scale of the normals' x and y
     */
    public record NormalMap(TextureSlot texture, float scale) {
        /** A smooth surface. */
        public static final NormalMap NONE = new NormalMap(TextureSlot.NONE, 1);
    }

    /**
     * The light that a surface sends out by itself.
     *
     * @param color 3 numbers; times {@code strength}
     */
    public record Emission(float[] color, float strength, TextureSlot texture) {
        /** None. */
        public static final Emission NONE = new Emission(new float[3], 1, TextureSlot.NONE);

        /** Whether there is any, wherever its texture is not black. */
        public boolean shines() {
            return strength > 0 && (color[0] > 0 || color[1] > 0 || color[2] > 0);
        }
    }

    /**
     * Where the surface is.
     *
     * @param cutoff the alpha below which a mask has a hole
     */
    public record Coverage(AlphaMode mode, float cutoff) {
        /** Everywhere. */
        public static final Coverage OPAQUE = new Coverage(AlphaMode.OPAQUE, 0.5f);
    }

    /** The same material with another base. */
    public Material with(Base other) {
        return new Material(other, normalMap, emission, coverage, doubleSided, finish);
    }

    /** The same material with other bumps. */
    public Material with(NormalMap other) {
        return new Material(base, other, emission, coverage, doubleSided, finish);
    }

    /** The same material with another light of its own. */
    public Material with(Emission other) {
        return new Material(base, normalMap, other, coverage, doubleSided, finish);
    }

    /** The same material, there elsewhere. */
    public Material with(Coverage other) {
        return new Material(base, normalMap, emission, other, doubleSided, finish);
    }

    /** The same material with another finish. */
    public Material with(Finish other) {
        return new Material(base, normalMap, emission, coverage, doubleSided, other);
    }

    /** All textures, in the order in which the kernel's record has them. */
    public List<TextureSlot> textures() {
        List<TextureSlot> slots = new ArrayList<>(
                List.of(base.colorTexture(), base.metallicRoughnessTexture(), normalMap.texture(), emission.texture()));
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
