package farm.tilth.render.scene;

import farm.tilth.render.scene.Material.TextureSlot;
import java.util.List;

/**
 * What Khronos' material extensions (KHR_materials_…) add to a material. Each part's factors are multiplied by its
 * textures; without the extension a part is its NONE.
 *
 * @param kind which of the models that exclude one another it is
 */
public record Finish(
        Kind kind,
        Specular specular,
        Coat coat,
        Sheen sheen,
        Transmission transmission,
        Translucency translucency,
        Iridescence iridescence,
        Anisotropy anisotropy) {
    /** No extension at all. */
    public static final Finish PLAIN = new Finish(
            Kind.METALLIC_ROUGHNESS,
            Specular.NONE,
            Coat.NONE,
            Sheen.NONE,
            Transmission.NONE,
            Translucency.NONE,
            Iridescence.NONE,
            Anisotropy.NONE);

    /** The base model. */
    public enum Kind {
        /** glTF's own. */
        METALLIC_ROUGHNESS,
        /**
         * KHR_materials_pbrSpecularGlossiness: the base colour is the diffuse one, the specular colour the reflectance
         * head-on, and the roughness 1 − glossiness × the alpha of the specular colour's texture.
         */
        SPECULAR_GLOSSINESS,
        /** KHR_materials_unlit: the base colour, whatever the light. */
        UNLIT
    }

    /**
     * KHR_materials_specular and KHR_materials_ior.
     *
     * @param weight times the texture's alpha
     * @param color 3 numbers; times the texture's colour
     * @param index of refraction
     */
    public record Specular(float weight, TextureSlot texture, float[] color, TextureSlot colorTexture, float index) {
        public static final Specular NONE =
                new Specular(1, TextureSlot.NONE, new float[] {1, 1, 1}, TextureSlot.NONE, 1.5f);
    }

    /** KHR_materials_clearcoat; the weight is the texture's red, the roughness its texture's green. */
    public record Coat(
            float weight,
            TextureSlot texture,
            float roughness,
            TextureSlot roughnessTexture,
            TextureSlot normalTexture,
            float normalScale) {
        public static final Coat NONE = new Coat(0, TextureSlot.NONE, 0, TextureSlot.NONE, TextureSlot.NONE, 1);
    }

    /**
     * KHR_materials_sheen; the roughness is in its texture's alpha.
     *
     * @param color 3 numbers
     */
    public record Sheen(float[] color, TextureSlot colorTexture, float roughness, TextureSlot roughnessTexture) {
        public static final Sheen NONE = new Sheen(new float[3], TextureSlot.NONE, 0, TextureSlot.NONE);
    }

    /**
     * KHR_materials_transmission, _volume and _dispersion; the weight is in the texture's red.
     *
     * @param thin whether the surface is a sheet without an inside
     * @param absorption 3 numbers per unit of length, of the inside
     * @param dispersion 20 over Abbe's number
     */
    public record Transmission(float weight, TextureSlot texture, boolean thin, float[] absorption, float dispersion) {
        public static final Transmission NONE = new Transmission(0, TextureSlot.NONE, true, new float[3], 0);
    }

    /**
     * KHR_materials_diffuse_transmission; the weight is in the texture's alpha.
     *
     * @param color 3 numbers
     */
    public record Translucency(float weight, TextureSlot texture, float[] color, TextureSlot colorTexture) {
        public static final Translucency NONE =
                new Translucency(0, TextureSlot.NONE, new float[] {1, 1, 1}, TextureSlot.NONE);
    }

    /**
     * KHR_materials_iridescence; the weight is in its texture's red, the place between both thicknesses in the other's
     * green.
     *
     * @param least thickness in nanometres
     * @param most thickness in nanometres; the one without a texture
     */
    public record Iridescence(
            float weight, TextureSlot texture, float index, float least, float most, TextureSlot thicknessTexture) {
        public static final Iridescence NONE = new Iridescence(0, TextureSlot.NONE, 1.3f, 100, 400, TextureSlot.NONE);
    }

    /**
     * KHR_materials_anisotropy; the texture has a direction in red and green and a factor of the strength in blue.
     *
     * @param rotationRadians counter-clockwise from the tangent
     */
    public record Anisotropy(float strength, float rotationRadians, TextureSlot texture) {
        public static final Anisotropy NONE = new Anisotropy(0, 0, TextureSlot.NONE);
    }

    /** All textures, in the order in which the kernel's record has them. */
    public List<TextureSlot> textures() {
        return List.of(
                specular.texture(),
                specular.colorTexture(),
                coat.texture(),
                coat.roughnessTexture(),
                coat.normalTexture(),
                sheen.colorTexture(),
                sheen.roughnessTexture(),
                transmission.texture(),
                translucency.texture(),
                translucency.colorTexture(),
                iridescence.texture(),
                iridescence.thicknessTexture(),
                anisotropy.texture());
    }

    /** Whether it needs to know which way the mesh's texture coordinates run. */
    public boolean needsTangents() {
        return coat.normalTexture().texture() >= 0 || anisotropy.strength() > 0;
    }
}
