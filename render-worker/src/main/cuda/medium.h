// The clear media that a path is inside of.
//
// Solids may lie within one another or overlap: the one that was entered last is what the path is in. Leaving one that
// is not the innermost changes nothing but that it is no longer there to come back to.
#pragma once
#include "appearance.h"

namespace tilth {

constexpr u32 MOST_MEDIA = 4;

/// The materials entered and not yet left, the innermost last.
struct Media {
    u32 material[MOST_MEDIA];
    u32 count;
};

/// Enters a medium; where too many lie within one another, the outermost is forgotten.
TILTH_FN void enter(Media& media, u32 material) {
    if (media.count == MOST_MEDIA) {
        for (u32 i = 1; i < MOST_MEDIA; i++) {
            media.material[i - 1u] = media.material[i];
        }
        media.count = MOST_MEDIA - 1u;
    }
    media.material[media.count] = material;
    media.count = media.count + 1u;
}

/// Forgets the innermost medium of a material, if there is one.
TILTH_FN void leave(Media& media, u32 material) {
    bool found = false;
    for (u32 i = media.count; i > 0u; i--) {
        if (!found && media.material[i - 1u] == material) {
            found = true;
            for (u32 k = i; k < media.count; k++) {
                media.material[k - 1u] = media.material[k];
            }
        }
    }
    media.count = found ? media.count - 1u : media.count;
}

/// Whether the path is inside of a medium that is not the innermost one.
TILTH_FN bool hidden(const Media& media, u32 material) {
    bool inside = false;
    for (u32 i = 0; i < media.count; i++) {
        inside = inside || media.material[i] == material;
    }
    return inside && media.material[media.count - 1u] != material;
}

/// The part of the light that is left after a distance (Beer's law).
TILTH_FN Vec3 attenuation(const Scene& scene, const Media& media, float distance) {
    if (media.count == 0u) {
        return vec3(1.0f);
    }
    const MaterialRecord& m =
        scene.array<MaterialRecord>(scene.header().materials)[media.material[media.count - 1u]];
    return vec3(decay(m.absorption[0] * distance), decay(m.absorption[1] * distance),
                decay(m.absorption[2] * distance));
}

/// The index of refraction of what the path is in; `band` shifts it by the material's dispersion: -1 red, 1 blue.
TILTH_FN float index_inside(const Scene& scene, const Media& media, float band) {
    if (media.count == 0u) {
        return 1.0f;
    }
    const MaterialRecord& m =
        scene.array<MaterialRecord>(scene.header().materials)[media.material[media.count - 1u]];
    return m.index + band * (m.index - 1.0f) * 0.025f * m.dispersion;
}

}  // namespace tilth
