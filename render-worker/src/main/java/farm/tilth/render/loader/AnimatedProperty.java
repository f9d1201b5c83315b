package farm.tilth.render.loader;

import farm.tilth.render.scene.SceneLimits;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A property of a material, camera or light that KHR_animation_pointer drives. At each moment its owner is read again
 * from the document with the property's value in it, so that whatever can be written there can be animated.
 *
 * @param members the way from the owner to the property
 */
record AnimatedProperty(Owner owner, int number, List<String> members, Curve curve) {
    private static final int MAX_MEMBERS = 8;

    /** What has properties besides nodes. */
    enum Owner {
        MATERIAL("/materials/"),
        CAMERA("/cameras/"),
        LIGHT("/extensions/KHR_lights_punctual/lights/");

        private final String prefix;

        Owner(String prefix) {
            this.prefix = prefix;
        }

        /** The owners of a document, by their number. */
        List<Element> elements(Element root, SceneLimits limits) {
            return switch (this) {
                case MATERIAL -> root.objects("materials", limits.objects());
                case CAMERA -> root.objects("cameras", limits.objects());
                case LIGHT ->
                    root.extension("KHR_lights_punctual")
                            .map(extension -> extension.objects("lights", limits.objects()))
                            .orElse(List.of());
            };
        }
    }

    /** Where a pointer goes to. */
    record Place(Owner owner, int number, List<String> members) {
        AnimatedProperty driven(Curve curve) {
            return new AnimatedProperty(owner, number, members, curve);
        }
    }

    /** The property that a JSON pointer names; empty when no owner has it. */
    static Optional<Place> place(String pointer) {
        for (Owner owner : Owner.values()) {
            if (pointer.startsWith(owner.prefix)) {
                String[] parts = pointer.substring(owner.prefix.length()).split("/");
                if (parts.length >= 2 && parts.length <= MAX_MEMBERS && parts[0].matches("[0-9]{1,6}")) {
                    List<String> members = Arrays.asList(parts).subList(1, parts.length);
                    return Optional.of(new Place(owner, Integer.parseInt(parts[0]), members));
                }
            }
        }
        return Optional.empty();
    }

    /** An owner as it is at a moment. */
    static Element at(Element owner, List<AnimatedProperty> properties, double seconds) {
        Element changed = owner;
        for (AnimatedProperty property : properties) {
            changed = changed.with(property.members, property.curve.at(seconds, false));
        }
        return changed;
    }
}
