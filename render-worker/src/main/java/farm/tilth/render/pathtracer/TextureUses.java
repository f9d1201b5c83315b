package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Material.TextureSlot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the ways in which materials use textures: one {@code TextureRecord} of scene.h each. */
final class TextureUses {
    private final Map<TextureSlot, Integer> numbers = new HashMap<>();
    private final List<TextureSlot> slots = new ArrayList<>();

    /** The number of a use, a new one when it is new; −1 for no texture. */
    int number(TextureSlot slot) {
        if (slot.texture() < 0) {
            return -1;
        }
        Integer known = numbers.putIfAbsent(slot, slots.size());
        if (known != null) {
            return known;
        }
        slots.add(slot);
        return slots.size() - 1;
    }

    /** The uses by their number. */
    List<TextureSlot> slots() {
        return slots;
    }
}
