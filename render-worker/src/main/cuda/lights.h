// Where light comes from: the environment, triangles that shine, and punctual lights.
#pragma once
#include "bsdf.h"

namespace tilth {

/// One direction to look for light.
struct LightSample {
    Vec3 direction;
    float distance;
    Vec3 radiance;  ///< for punctual lights, irradiance: the density is then of no meaning
    float pdf;      ///< per solid angle; 0 where there is nothing to see
    bool punctual;
};

TILTH_FN LightSample no_light() {
    LightSample light;
    light.direction = vec3(0.0f, 1.0f, 0.0f);
    light.distance = 0.0f;
    light.radiance = vec3(0.0f);
    light.pdf = 0.0f;
    light.punctual = false;
    return light;
}

/// The interval of a table of rising numbers in units of 2^-30 that holds x: the largest i < count with t[i * stride]
/// <= x.
TILTH_FN u32 interval(const u32* table, u32 stride, u32 count, u32 x) {
    u32 low = 0, high = count;
    while (high - low > 1u) {
        u32 middle = (low + high) >> 1;
        if (table[(u64)middle * stride] <= x) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/// Where x lies inside of an interval, in [0, 1).
TILTH_FN float position_in(u32 x, u32 start, u32 end) {
    if (end <= start) {
        return 0.5f;
    }
    return smaller((float)(i32)(x - start) / (float)(i32)(end - start), 0.999999940f);
}

// ---- the environment ----

TILTH_FN Vec3 environment_pixel(const Scene& scene, i32 x, i32 y) {
    const SceneHeader& header = scene.header();
    u64 index = (u64)(u32)y * header.environment_width + (u32)x;
    return vec3(scene.array<float>(header.environment_pixels) + 3 * index);
}

/// A direction as a point of the map: in [0, 1], from the top left.
TILTH_FN Vec2 environment_point(const SceneHeader& header, Vec3 d) {
    float x = d.x * header.environment_cos - d.z * header.environment_sin;
    float z = d.x * header.environment_sin + d.z * header.environment_cos;
    Vec2 p = {0.5f + atan2_of(z, x) * INV_TWO_PI, 0.5f - asin_of(d.y) * INV_PI};
    return p;
}

TILTH_FN Vec3 environment_radiance(const Scene& scene, Vec2 point) {
    const SceneHeader& header = scene.header();
    i32 width = (i32)header.environment_width, height = (i32)header.environment_height;
    float x = clamped(point.x, 0.0f, 1.0f) * (float)width - 0.5f;
    float y = clamped(point.y, 0.0f, 1.0f) * (float)height - 0.5f;
    float left = rounded_down(x), top = rounded_down(y);
    i32 x0 = wrapped_texel((i32)left, width, WRAP_REPEAT), x1 = wrapped_texel((i32)left + 1, width, WRAP_REPEAT);
    i32 y0 = wrapped_texel((i32)top, height, WRAP_CLAMP), y1 = wrapped_texel((i32)top + 1, height, WRAP_CLAMP);
    Vec3 above = mix(environment_pixel(scene, x0, y0), environment_pixel(scene, x1, y0), x - left);
    Vec3 below = mix(environment_pixel(scene, x0, y1), environment_pixel(scene, x1, y1), x - left);
    return mix(above, below, y - top);
}

/// The density, per solid angle, with which sample_environment finds a direction.
TILTH_FN float environment_pdf(const Scene& scene, Vec2 point, float d_y) {
    const SceneHeader& header = scene.header();
    u32 width = header.environment_width, height = header.environment_height;
    float cosine = square_root(larger(1.0f - d_y * d_y, 0.0f));
    if (!(cosine > 1.0e-4f)) {
        return 0.0f;
    }
    u32 x = (u32)(i32)(clamped(point.x, 0.0f, 0.999999940f) * (float)(i32)width);
    u32 y = (u32)(i32)(clamped(point.y, 0.0f, 0.999999940f) * (float)(i32)height);
    const u32* rows = scene.array<u32>(header.environment_rows);
    const u32* columns = scene.array<u32>(header.environment_columns) + (u64)y * (width + 1u);
    float p_row = (float)(i32)(rows[y + 1u] - rows[y]) * PROBABILITY_UNIT;
    float p_column = (float)(i32)(columns[x + 1u] - columns[x]) * PROBABILITY_UNIT;
    float pixels = (float)(i32)width * (float)(i32)height;
    return p_row * p_column * pixels / (TWO_PI * PI * cosine);
}

TILTH_FN LightSample sample_environment(const Scene& scene, Fractions u) {
    const SceneHeader& header = scene.header();
    u32 width = header.environment_width, height = header.environment_height;
    const u32* rows = scene.array<u32>(header.environment_rows);
    u32 uy = u.y >> 2, ux = u.x >> 2;
    u32 y = interval(rows, 1u, height, uy);
    const u32* columns = scene.array<u32>(header.environment_columns) + (u64)y * (width + 1u);
    u32 x = interval(columns, 1u, width, ux);
    Vec2 point = {((float)(i32)x + position_in(ux, columns[x], columns[x + 1u])) / (float)(i32)width,
                  ((float)(i32)y + position_in(uy, rows[y], rows[y + 1u])) / (float)(i32)height};
    SinCos azimuth = sin_cos_turns(point.x - 0.5f);
    SinCos elevation = sin_cos_turns((0.5f - point.y) * 0.5f);
    float mx = azimuth.cos * elevation.cos, mz = azimuth.sin * elevation.cos;
    LightSample light = no_light();
    light.direction = vec3(mx * header.environment_cos + mz * header.environment_sin, elevation.sin,
                           mz * header.environment_cos - mx * header.environment_sin);
    light.distance = INFINITE_DISTANCE;
    light.radiance = environment_radiance(scene, point);
    light.pdf = environment_pdf(scene, point, elevation.sin);
    return light;
}

// ---- triangles that shine ----

/// The density, per area, with which sample_emitter finds a point of a triangle; 0 for one that does not shine.
TILTH_FN float emitter_area_pdf(const Scene& scene, u32 emitter, float area) {
    const EmitterRecord* emitters = scene.array<EmitterRecord>(scene.header().emitters);
    float p = (float)(i32)(emitters[emitter + 1u].cumulated - emitters[emitter].cumulated) * PROBABILITY_UNIT;
    return area > 0.0f ? p / area : 0.0f;
}

TILTH_FN float solid_angle_pdf(float area_pdf, float distance2, float cosine) {
    return cosine > 1.0e-6f ? area_pdf * distance2 / cosine : 0.0f;
}

/// The density, per solid angle, with which sample_emitter would have found this hit.
TILTH_FN float emitter_pdf(const Scene& scene, u32 triangle, float distance, Vec3 direction) {
    const SceneHeader& header = scene.header();
    if (header.emitter_count == 0u) {
        return 0.0f;
    }
    const EmitterRecord* emitters = scene.array<EmitterRecord>(header.emitters);
    u32 emitter = interval(&emitters[0].triangle, 2u, header.emitter_count, triangle);
    if (emitters[emitter].triangle != triangle) {
        return 0.0f;
    }
    Corners p = corners_of(scene, scene.array<TriangleRecord>(header.triangles)[triangle].vertices);
    Vec3 n = cross(p.b - p.a, p.c - p.a);
    float twice_area = square_root(dot(n, n));
    float cosine = twice_area > 0.0f ? absolute(dot(n, direction)) / twice_area : 0.0f;
    return solid_angle_pdf(emitter_area_pdf(scene, emitter, 0.5f * twice_area), distance * distance, cosine);
}

TILTH_FN LightSample sample_emitter(const Scene& scene, Vec3 from, Fractions u) {
    const SceneHeader& header = scene.header();
    const EmitterRecord* emitters = scene.array<EmitterRecord>(header.emitters);
    u32 ux = u.x >> 2;
    u32 emitter = interval(&emitters[0].cumulated, 2u, header.emitter_count, ux);
    // The square is folded into the triangle.
    float a = position_in(ux, emitters[emitter].cumulated, emitters[emitter + 1u].cumulated), b = unit_float(u.y);
    float root = square_root(a);
    Vec3 weights = vec3(1.0f - root, root * (1.0f - b), root * b);
    const TriangleRecord& triangle = scene.array<TriangleRecord>(header.triangles)[emitters[emitter].triangle];
    const MaterialRecord& material = scene.array<MaterialRecord>(header.materials)[triangle.material];
    Corners p = corners_of(scene, triangle.vertices);
    Vec3 to = p.a * weights.x + p.b * weights.y + p.c * weights.z - from;
    Vec3 n = cross(p.b - p.a, p.c - p.a);
    float twice_area = square_root(dot(n, n)), distance2 = dot(to, to);
    LightSample light = no_light();
    if (!(twice_area > 0.0f && distance2 > 0.0f)) {
        return light;
    }
    light.distance = square_root(distance2);
    light.direction = to * (1.0f / light.distance);
    float cosine = absolute(dot(n, light.direction)) / twice_area;
    light.pdf = solid_angle_pdf(emitter_area_pdf(scene, emitter, 0.5f * twice_area), distance2, cosine);
    light.radiance = vec3(material.emissive);
    if (material.textures[TEXTURE_EMISSIVE] >= 0) {
        light.radiance = light.radiance * sampled(scene, material.textures[TEXTURE_EMISSIVE], triangle.vertices, weights).rgb;
    }
    return light;
}

// ---- punctual lights (KHR_lights_punctual) ----

TILTH_FN LightSample punctual_light(const LightRecord& record, Vec3 from) {
    LightSample light = no_light();
    light.punctual = true;
    light.pdf = 1.0f;
    light.radiance = vec3(record.color);
    if (record.kind == LIGHT_DIRECTIONAL) {
        light.direction = -vec3(record.direction);
        light.distance = INFINITE_DISTANCE;
        return light;
    }
    Vec3 to = vec3(record.position) - from;
    float distance2 = dot(to, to);
    if (!(distance2 > 1.0e-20f)) {
        return no_light();
    }
    light.distance = square_root(distance2);
    light.direction = to * (1.0f / light.distance);
    float part = light.distance * record.inverse_range;
    float falloff = clamped(1.0f - squared(squared(part)), 0.0f, 1.0f) / distance2;
    if (record.kind == LIGHT_SPOT) {
        float cosine = -dot(vec3(record.direction), light.direction);
        falloff = falloff * squared(clamped(cosine * record.cone_scale + record.cone_offset, 0.0f, 1.0f));
    }
    light.radiance = light.radiance * falloff;
    return light;
}

/// One of the punctual lights, with a probability proportional to what it would send to a surface without shadow; its
/// radiance is divided by that probability. Surfaces that let light through are lit from both sides.
TILTH_FN LightSample sample_punctual(const Scene& scene, Vec3 from, Vec3 normal, bool both_sides, float choice) {
    const SceneHeader& header = scene.header();
    const LightRecord* records = scene.array<LightRecord>(header.lights);
    LightSample chosen = no_light();
    float sum = 0.0f, chosen_weight = 0.0f;
    for (u32 i = 0; i < header.light_count; i++) {
        LightSample light = punctual_light(records[i], from);
        float cosine = dot(normal, light.direction);
        cosine = both_sides ? absolute(cosine) : larger(cosine, 0.0f);
        float weight = luminance(light.radiance) * cosine;
        if (!(weight > 0.0f && weight < INFINITE_DISTANCE)) {
            continue;
        }
        sum = sum + weight;
        float share = weight / sum;
        if (choice < share) {
            chosen = light;
            chosen_weight = weight;
            choice = choice / share;
        } else {
            choice = (choice - share) / (1.0f - share);
        }
        choice = clamped(choice, 0.0f, 0.999999940f);
    }
    if (chosen_weight > 0.0f) {
        chosen.radiance = chosen.radiance * (sum / chosen_weight);
    }
    return chosen;
}

// ---- all of them ----

/// How many kinds of light a scene has; each is looked at with equal probability.
TILTH_FN u32 kinds_of_light(const SceneHeader& header) {
    return (header.environment_pixels != 0 ? 1u : 0u) + (header.emitter_count != 0u ? 1u : 0u) +
           (header.light_count != 0u ? 1u : 0u);
}

/// A direction towards light, its density (or for punctual lights its irradiance) with the choice of the kind counted
/// in.
TILTH_FN LightSample sample_light(const Scene& scene, Vec3 from, Vec3 normal, bool both_sides, Fractions u,
                                   float choice) {
    const SceneHeader& header = scene.header();
    u32 kinds = kinds_of_light(header);
    u32 kind = (u32)(i32)(choice * (float)(i32)kinds);
    LightSample light;
    if (header.environment_pixels == 0) {
        kind = kind + 1u;
    }
    if (kind >= 1u && header.emitter_count == 0u) {
        kind = kind + 1u;
    }
    if (kind == 0u) {
        light = sample_environment(scene, u);
    } else if (kind == 1u) {
        light = sample_emitter(scene, from, u);
    } else {
        light = sample_punctual(scene, from, normal, both_sides, unit_float(u.x));
    }
    if (light.punctual) {
        light.radiance = light.radiance * (float)(i32)kinds;
    } else {
        light.pdf = light.pdf / (float)(i32)kinds;
    }
    return light;
}

}  // namespace tilth
