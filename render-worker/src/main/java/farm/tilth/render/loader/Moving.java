package farm.tilth.render.loader;

import farm.tilth.render.loader.AnimatedProperty.Owner;
import farm.tilth.render.loader.GltfCameras.Lens;
import farm.tilth.render.loader.GltfLights.Lamp;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The materials, cameras and lights of a document whose properties its animations drive. */
final class Moving {
    private final GltfMaterials reader;
    private final Map<Owner, Map<Integer, Element>> owners = new EnumMap<>(Owner.class);

    private Moving(GltfMaterials reader) {
        this.reader = reader;
    }

    /** Keeps what is driven, and tries each curve's first value: what is wrong with a pointer is found now. */
    static Moving of(Element root, GltfMaterials reader, List<Animation> animations, SceneLimits limits) {
        Moving moving = new Moving(reader);
        for (Owner owner : Owner.values()) {
            moving.owners.put(owner, new HashMap<>());
            List<Element> elements = owner.elements(root, limits);
            for (Animation animation : animations) {
                for (AnimatedProperty property : animation.properties()) {
                    if (property.owner() == owner && property.number() >= elements.size()) {
                        throw root.error("an animation drives number " + property.number() + " of the " + owner
                                + "s, of which there are " + elements.size());
                    }
                    if (property.owner() == owner) {
                        moving.owners.get(owner).put(property.number(), elements.get(property.number()));
                    }
                }
            }
        }
        animations.forEach(moving::tryOut);
        return moving;
    }

    private void tryOut(Animation animation) {
        for (AnimatedProperty property : animation.properties()) {
            Element owner = owners.get(property.owner()).get(property.number());
            Element changed = AnimatedProperty.at(owner, List.of(property), Double.NEGATIVE_INFINITY);
            switch (property.owner()) {
                case MATERIAL -> material(changed);
                case CAMERA -> GltfCameras.read(changed);
                case LIGHT -> GltfLights.read(changed);
            }
        }
    }

    List<Material> materials(List<Material> still, Optional<Animation> animation, double seconds) {
        return moved(Owner.MATERIAL, still, animation, seconds, this::material);
    }

    List<Lens> lenses(List<Lens> still, Optional<Animation> animation, double seconds) {
        return moved(Owner.CAMERA, still, animation, seconds, GltfCameras::read);
    }

    List<Lamp> lamps(List<Lamp> still, Optional<Animation> animation, double seconds) {
        return moved(Owner.LIGHT, still, animation, seconds, GltfLights::read);
    }

    private Material material(Element element) {
        try {
            return reader.read(element).material();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the textures of " + element.path() + " were decoded before", e);
        }
    }

    private <T> List<T> moved(
            Owner owner, List<T> still, Optional<Animation> animation, double seconds, Function<Element, T> read) {
        Map<Integer, List<AnimatedProperty>> driven = new HashMap<>();
        for (AnimatedProperty property : animation.map(Animation::properties).orElse(List.of())) {
            if (property.owner() == owner) {
                driven.computeIfAbsent(property.number(), number -> new ArrayList<>())
                        .add(property);
            }
        }
        if (driven.isEmpty()) {
            return still;
        }
        List<T> moved = new ArrayList<>(still);
        driven.forEach((number, properties) -> moved.set(
                number, read.apply(AnimatedProperty.at(owners.get(owner).get(number), properties, seconds))));
        return moved;
    }
}
