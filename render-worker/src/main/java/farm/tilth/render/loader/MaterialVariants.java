package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.SceneLimits;
import java.util.List;
import java.util.Optional;

/** KHR_materials_variants: which of the named looks of a document is read. */
final class MaterialVariants {
    private static final String EXTENSION = "KHR_materials_variants";

    private final List<String> names;
    private final int chosen;

    private MaterialVariants(List<String> names, int chosen) {
        this.names = names;
        this.chosen = chosen;
    }

    /**
     * Chooses a look.
     *
     * @param wanted its name; absent: the materials that the primitives have without the extension
     */
    static MaterialVariants read(Element root, Optional<String> wanted, SceneLimits limits) {
        List<String> names = root
                .extension(EXTENSION)
                .map(extension -> extension.objects("variants", limits.objects()))
                .orElse(List.of())
                .stream()
                .map(variant -> variant.get("name").asText())
                .toList();
        int chosen = wanted.map(names::indexOf).orElse(-1);
        if (wanted.isPresent() && chosen < 0) {
            String known = names.isEmpty() ? "it has none" : "it has " + String.join(", ", names);
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "the scene has no variant '" + wanted.get() + "': " + known + "; choose one of these");
        }
        return new MaterialVariants(names, chosen);
    }

    List<String> names() {
        return names;
    }

    /** The number of a primitive's material; −1 for none. */
    int material(Element primitive, int materials) {
        List<Element> mappings = primitive
                .extension(EXTENSION)
                .map(extension -> extension.objects("mappings", materials))
                .orElse(List.of());
        for (Element mapping : mappings) {
            int material = mapping.index("material", materials, "materials");
            for (Element variant : mapping.elements("variants", names.size())) {
                if (variant.asIndex(names.size(), "variants") == chosen) {
                    return material;
                }
            }
        }
        return primitive.findIndex("material", materials, "materials");
    }
}
