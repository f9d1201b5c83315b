package farm.tilth.render.loader;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The extensions of glTF 2.0 that scenes may use here, and what becomes of each. */
public final class SceneExtensions {
    private static final SortedMap<String, String> SUPPORTED = new TreeMap<>();

    static {
        SUPPORTED.put("EXT_mesh_gpu_instancing", "an instance each");
        SUPPORTED.put("EXT_meshopt_compression", "unpacked");
        SUPPORTED.put("EXT_texture_webp", "decoded");
        SUPPORTED.put("KHR_animation_pointer", "nodes, visibility, materials, cameras and lights move");
        SUPPORTED.put("KHR_draco_mesh_compression", "unpacked");
        SUPPORTED.put("KHR_lights_punctual", "sampled");
        SUPPORTED.put("KHR_materials_anisotropy", "rendered");
        SUPPORTED.put("KHR_materials_clearcoat", "rendered");
        SUPPORTED.put("KHR_materials_diffuse_transmission", "rendered");
        SUPPORTED.put("KHR_materials_dispersion", "rendered: one of three colours a path");
        SUPPORTED.put("KHR_materials_emissive_strength", "rendered");
        SUPPORTED.put("KHR_materials_ior", "rendered");
        SUPPORTED.put("KHR_materials_iridescence", "rendered");
        SUPPORTED.put("KHR_materials_pbrSpecularGlossiness", "rendered");
        SUPPORTED.put("KHR_materials_sheen", "rendered");
        SUPPORTED.put("KHR_materials_specular", "rendered");
        SUPPORTED.put("KHR_materials_transmission", "rendered");
        SUPPORTED.put("KHR_materials_unlit", "rendered");
        SUPPORTED.put("KHR_materials_variants", "one is chosen by name");
        SUPPORTED.put("KHR_materials_volume", "rendered; media may lie within one another");
        SUPPORTED.put("KHR_mesh_quantization", "read");
        SUPPORTED.put("KHR_meshopt_compression", "unpacked");
        SUPPORTED.put("KHR_node_visibility", "hidden nodes are left out");
        SUPPORTED.put("KHR_texture_basisu", "transcoded");
        SUPPORTED.put("KHR_texture_transform", "applied to each use of a texture");
        SUPPORTED.put("KHR_xmp_json_ld", "ignored knowingly: it describes, and changes no picture");
    }

    private SceneExtensions() {}

    /** What is done with each extension, by its name. */
    public static SortedMap<String, String> supported() {
        return Collections.unmodifiableSortedMap(SUPPORTED);
    }

    static boolean isSupported(String name) {
        return SUPPORTED.containsKey(name);
    }
}
