// Texture look-ups: exact sRGB decoding by table, then linear filtering of linear values, in the level whose texels are
// as large as the sample's footprint (Akenine-Möller and others, "Texture level of detail strategies for real-time ray
// tracing", 2019).
#pragma once
#include "exact_math.h"
#include "scene.h"

namespace tilth {

struct Color4 {
    Vec3 rgb;
    float a;
};

/// Brings a texture coordinate near the picture, so that it can be an integer: [0, 1), [0, 2) or [-1, 2].
TILTH_FN float folded(float t, u32 wrap) {
    if (!finite(t)) {
        return 0.0f;
    }
    if (wrap == WRAP_CLAMP) {
        return clamped(t, -1.0f, 2.0f);
    }
    return wrap == WRAP_REPEAT ? t - rounded_down(t) : t - 2.0f * rounded_down(t * 0.5f);
}

/// The texel that a folded coordinate's index (at most one off its range) stands for.
TILTH_FN i32 wrapped_texel(i32 i, i32 size, u32 wrap) {
    if (wrap == WRAP_CLAMP) {
        return i < 0 ? 0 : (i >= size ? size - 1 : i);
    }
    i32 period = wrap == WRAP_REPEAT ? size : 2 * size;
    i = i < 0 ? i + period : (i >= period ? i - period : i);
    return i < size ? i : 2 * size - 1 - i;
}

/// One of the sizes in which a picture is kept: its own, then half of each before.
struct TextureLevel {
    u64 texels;
    i32 width, height;
};

TILTH_FN TextureLevel next_level(const TextureRecord& texture, TextureLevel level) {
    u64 texel_bytes = texture.flags & TEXTURE_WIDE ? 8u : 4u;
    level.texels = level.texels + (u64)(u32)level.width * (u32)level.height * texel_bytes;
    level.width = level.width > 1 ? level.width >> 1 : 1;
    level.height = level.height > 1 ? level.height >> 1 : 1;
    return level;
}

TILTH_FN Color4 texel(const Scene& scene, const TextureRecord& texture, const TextureLevel& level, i32 x, i32 y) {
    u64 index = (u64)(u32)y * (u32)level.width + (u32)x;
    Color4 c;
    if (texture.flags & TEXTURE_WIDE) {
        u64 wide = scene.array<u64>(level.texels)[index];
        u32 low = (u32)wide, high = (u32)(wide >> 32);
        c.rgb = vec3((float)(i32)(low & 65535u), (float)(i32)(low >> 16), (float)(i32)(high & 65535u)) *
                (1.0f / 65535.0f);
        c.a = (float)(i32)(high >> 16) * (1.0f / 65535.0f);
        return c;
    }
    u32 rgba = scene.array<u32>(level.texels)[index];
    u32 r = rgba & 255u, g = (rgba >> 8) & 255u, b = (rgba >> 16) & 255u;
    if (texture.flags & TEXTURE_SRGB) {
        const float* table = scene.array<float>(scene.header().srgb_table);
        c.rgb = vec3(table[r], table[g], table[b]);
    } else {
        c.rgb = vec3((float)(i32)r, (float)(i32)g, (float)(i32)b) * (1.0f / 255.0f);
    }
    c.a = (float)(i32)(rgba >> 24) * (1.0f / 255.0f);
    return c;
}

TILTH_FN Color4 mix(Color4 a, Color4 b, float t) {
    Color4 c;
    c.rgb = mix(a.rgb, b.rgb, t);
    c.a = mix(a.a, b.a, t);
    return c;
}

TILTH_FN Color4 sampled(const Scene& scene, const TextureRecord& texture, const TextureLevel& level, bool nearest,
                        Vec2 uv) {
    i32 width = level.width, height = level.height;
    float x = folded(uv.x, texture.wrap_s) * (float)width;
    float y = folded(uv.y, texture.wrap_t) * (float)height;
    if (nearest) {
        i32 i = (i32)rounded_down(x), j = (i32)rounded_down(y);
        return texel(scene, texture, level, wrapped_texel(i, width, texture.wrap_s),
                     wrapped_texel(j, height, texture.wrap_t));
    }
    x = x - 0.5f;
    y = y - 0.5f;
    float left = rounded_down(x), top = rounded_down(y);
    i32 x0 = wrapped_texel((i32)left, width, texture.wrap_s);
    i32 x1 = wrapped_texel((i32)left + 1, width, texture.wrap_s);
    i32 y0 = wrapped_texel((i32)top, height, texture.wrap_t);
    i32 y1 = wrapped_texel((i32)top + 1, height, texture.wrap_t);
    Color4 above = mix(texel(scene, texture, level, x0, y0), texel(scene, texture, level, x1, y0), x - left);
    Color4 below = mix(texel(scene, texture, level, x0, y1), texel(scene, texture, level, x1, y1), x - left);
    return mix(above, below, y - top);
}

/// The picture's value at a point.
TILTH_FN Color4 sampled(const Scene& scene, const TextureRecord& texture, Vec2 uv) {
    TextureLevel level = {texture.texels, (i32)texture.width, (i32)texture.height};
    return sampled(scene, texture, level, (texture.flags & TEXTURE_NEAREST) != 0u, uv);
}

/// The picture's value for a sample that covers as many of its texels as `covered` says.
TILTH_FN Color4 sampled(const Scene& scene, const TextureRecord& texture, Vec2 uv, float covered) {
    TextureLevel level = {texture.texels, (i32)texture.width, (i32)texture.height};
    bool small = texture.levels > 1u && covered > 1.0f;
    bool nearest = (texture.flags & (small ? TEXTURE_NEAREST_IN_LEVEL : TEXTURE_NEAREST)) != 0u;
    float detail = 0.0f;
    if (small) {
        float last = (float)(i32)(texture.levels - 1u);
        detail = smaller(0.5f * log2_of(smaller(covered, 1.0e30f)), last);
        detail = texture.flags & TEXTURE_BETWEEN_LEVELS ? detail : rounded_down(detail + 0.5f);
    }
    float first = rounded_down(detail), blend = detail - first;
    TILTH_KEEP_LOOP
    for (i32 i = 0; i < (i32)first; i++) {
        level = next_level(texture, level);
    }
    Color4 value = {vec3(0.0f), 0.0f};
    u32 count = blend > 0.0f ? 2u : 1u;
    TILTH_KEEP_LOOP
    for (u32 i = 0; i < count; i++) {
        Color4 here = sampled(scene, texture, level, nearest, uv);
        value = i == 0u ? here : mix(value, here, blend);
        level = next_level(texture, level);
    }
    return value;
}

/// A triangle's texture coordinates, as the mesh has them; 0 where the mesh has none.
struct TextureCorners {
    Vec2 a, b, c;
};

TILTH_FN TextureCorners texture_corners(const Scene& scene, u64 offset, const u32* vertices) {
    TextureCorners corners = {{0.0f, 0.0f}, {0.0f, 0.0f}, {0.0f, 0.0f}};
    if (offset != 0) {
        const Vec2* uvs = scene.array<Vec2>(offset);
        corners.a = uvs[vertices[0]];
        corners.b = uvs[vertices[1]];
        corners.c = uvs[vertices[2]];
    }
    return corners;
}

/// Twice the area of a triangle in the picture's own coordinates.
TILTH_FN float twice_area(const TextureCorners& p) {
    return absolute((p.b.x - p.a.x) * (p.c.y - p.a.y) - (p.c.x - p.a.x) * (p.b.y - p.a.y));
}

TILTH_FN Vec2 texture_point(const TextureRecord& texture, const TextureCorners& p, Vec3 weights) {
    Vec2 uv = {weights.x * p.a.x + weights.y * p.b.x + weights.z * p.c.x,
               weights.x * p.a.y + weights.y * p.b.y + weights.z * p.c.y};
    const float* m = texture.transform;
    Vec2 at = {m[0] * uv.x + m[1] * uv.y + m[2], m[3] * uv.x + m[4] * uv.y + m[5]};
    return at;
}

TILTH_FN TextureCorners texture_corners(const Scene& scene, const TextureRecord& texture, const u32* vertices) {
    const SceneHeader& header = scene.header();
    return texture_corners(scene, texture.uv_set == 0u ? header.uv0 : header.uv1, vertices);
}

/// A texture's value at a point of a triangle.
TILTH_FN Color4 sampled(const Scene& scene, TextureUse use, const u32* vertices, Vec3 weights) {
    const TextureRecord& texture = scene.array<TextureRecord>(scene.header().textures)[use];
    return sampled(scene, texture, texture_point(texture, texture_corners(scene, texture, vertices), weights));
}

/// The same for a sample that stands for a part of the triangle's area, its footprint.
TILTH_FN Color4 sampled(const Scene& scene, TextureUse use, const u32* vertices, Vec3 weights, float footprint) {
    const TextureRecord& texture = scene.array<TextureRecord>(scene.header().textures)[use];
    TextureCorners p = texture_corners(scene, texture, vertices);
    return sampled(scene, texture, texture_point(texture, p, weights),
                   0.5f * twice_area(p) * texture.area * footprint);
}

/// What a triangle's vertices say about its colour; white where they do not.
TILTH_FN Color4 vertex_color(const Scene& scene, const u32* vertices, Vec3 weights) {
    Color4 color = {vec3(1.0f), 1.0f};
    u64 colors = scene.header().colors;
    if (colors != 0) {
        const float* a = scene.array<float>(colors) + 4 * (u64)vertices[0];
        const float* b = scene.array<float>(colors) + 4 * (u64)vertices[1];
        const float* c = scene.array<float>(colors) + 4 * (u64)vertices[2];
        color.rgb = vec3(a) * weights.x + vec3(b) * weights.y + vec3(c) * weights.z;
        color.a = a[3] * weights.x + b[3] * weights.y + c[3] * weights.z;
    }
    return color;
}

/// The alpha of the base colour, with its texture and the vertex colours.
TILTH_FN float base_alpha(const Scene& scene, const MaterialRecord& material, const u32* vertices, Vec3 weights) {
    float alpha = material.base_color[3] * vertex_color(scene, vertices, weights).a;
    if (material.textures[TEXTURE_BASE_COLOR] >= 0) {
        alpha = alpha * sampled(scene, material.textures[TEXTURE_BASE_COLOR], vertices, weights).a;
    }
    return alpha;
}

}  // namespace tilth
