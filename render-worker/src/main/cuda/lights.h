// Where light comes from: the environment, triangles that shine, and punctual lights.
#pragma once
#include "bsdf.h"

namespace tilth {

enum LightOrigin { LIGHT_OF_TRIANGLE = 0, LIGHT_OF_ENVIRONMENT = 1, LIGHT_PUNCTUAL = 2 };

/// One direction to look for light.
struct LightSample {
    Vec3 direction;
    float distance;
    Vec3 radiance;  ///< for punctual lights, irradiance: the density is then of no meaning
    float pdf;      ///< per solid angle; 0 where there is nothing to see
    LightOrigin kind;
    Vec2 point;     ///< of the environment
};

TILTH_FN LightSample no_light() {
    LightSample light;
    light.direction = vec3(0.0f, 1.0f, 0.0f);
    light.distance = 0.0f;
    light.radiance = vec3(0.0f);
    light.pdf = 0.0f;
    light.kind = LIGHT_OF_TRIANGLE;
    light.point.x = 0.0f;
    light.point.y = 0.0f;
    return light;
}

/// The power heuristic.
TILTH_FN float mis_weight(float pdf, float other) {
    if (!(other > 0.0f)) {
        return 1.0f;
    }
    float ratio = other / pdf;
    return 1.0f / (1.0f + ratio * ratio);
}

/// The interval of a table of rising numbers below 2^31 that holds x: the largest i < high with t[i * stride] <= x, or
/// low.
TILTH_FN u32 interval_between(const u32* table, u32 stride, u32 low, u32 high, u32 x) {
    while (high - low > 1u) {
        u32 middle = (low + high) >> 1;
        if ((table[(u64)middle * stride] & ~UNEVEN_CELL) <= x) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

TILTH_FN u32 interval(const u32* table, u32 stride, u32 count, u32 x) {
    return interval_between(table, stride, 0u, count, x);
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

/// The four pixels around a point of the map, and its place between them.
struct EnvironmentPlace {
    i32 x0, x1, y0, y1;
    float x, y;
};

TILTH_FN EnvironmentPlace environment_place(const SceneHeader& header, Vec2 point) {
    i32 width = (i32)header.environment_width, height = (i32)header.environment_height;
    float x = clamped(point.x, 0.0f, 1.0f) * (float)width - 0.5f;
    float y = clamped(point.y, 0.0f, 1.0f) * (float)height - 0.5f;
    float left = rounded_down(x), top = rounded_down(y);
    EnvironmentPlace p;
    p.x0 = wrapped_texel((i32)left, width, WRAP_REPEAT);
    p.x1 = wrapped_texel((i32)left + 1, width, WRAP_REPEAT);
    p.y0 = wrapped_texel((i32)top, height, WRAP_CLAMP);
    p.y1 = wrapped_texel((i32)top + 1, height, WRAP_CLAMP);
    p.x = x - left;
    p.y = y - top;
    return p;
}

TILTH_FN Vec3 environment_radiance(const Scene& scene, const EnvironmentPlace& p) {
    Vec3 above = mix(environment_pixel(scene, p.x0, p.y0), environment_pixel(scene, p.x1, p.y0), p.x);
    Vec3 below = mix(environment_pixel(scene, p.x0, p.y1), environment_pixel(scene, p.x1, p.y1), p.x);
    return mix(above, below, p.y);
}

TILTH_FN Vec3 environment_radiance(const Scene& scene, Vec2 point) {
    return environment_radiance(scene, environment_place(scene.header(), point));
}

/// Asks for the pixels around a point.
TILTH_FN void ask_for_radiance(const Scene& scene, Vec2 point) {
    const SceneHeader& header = scene.header();
    EnvironmentPlace p = environment_place(header, point);
    const float* pixels = scene.array<float>(header.environment_pixels);
    ask_for(pixels + 3 * ((u64)(u32)p.y0 * header.environment_width + (u32)p.x0));
    ask_for(pixels + 3 * ((u64)(u32)p.y1 * header.environment_width + (u32)p.x0));
}

/// A choice among intervals by cumulated probabilities: which one, its probability, and x's place in it as a fraction
/// of 2^-30.
struct DrawnInterval {
    u32 index;
    float probability;
    u32 rest;
};

TILTH_FN float probability_of(const u32* cumulated, u32 i) {
    return (float)(i32)((cumulated[i + 1u] & ~UNEVEN_CELL) - (cumulated[i] & ~UNEVEN_CELL)) * PROBABILITY_UNIT;
}

TILTH_FN DrawnInterval drawn_between(const u32* cumulated, u32 low, u32 high, u32 x) {
    DrawnInterval d;
    d.index = interval_between(cumulated, 1u, low, high, x);
    d.probability = probability_of(cumulated, d.index);
    u32 start = cumulated[d.index] & ~UNEVEN_CELL, end = cumulated[d.index + 1u] & ~UNEVEN_CELL;
    d.rest = (u32)(i32)(position_in(x, start, end) * 1073741824.0f);
    return d;
}

TILTH_FN DrawnInterval drawn(const u32* cumulated, u32 count, u32 x) { return drawn_between(cumulated, 0u, count, x); }

/// The details of an uneven cell.
TILTH_FN const u32* environment_details(const Scene& scene, u32 x, u32 y) {
    const SceneHeader& header = scene.header();
    const u32* detail_of = scene.array<u32>(header.environment_detail_of) + (u64)y * header.environment_cells_wide;
    return scene.array<u32>(header.environment_details) + detail_of[x];
}

/// What a density over the map becomes over directions.
TILTH_FN float density_of_directions(float density, float cosine) { return density / (TWO_PI * PI * cosine); }

/// The density, per solid angle, with which sample_environment finds a direction.
TILTH_FN float environment_pdf(const Scene& scene, Vec2 point, float d_y) {
    const SceneHeader& header = scene.header();
    u32 wide = header.environment_cells_wide, high = header.environment_cells_high, side = header.environment_cell_side;
    float cosine = square_root(larger(1.0f - d_y * d_y, 0.0f));
    if (!(cosine > 1.0e-4f)) {
        return 0.0f;
    }
    u32 px = (u32)(i32)(clamped(point.x, 0.0f, 0.999999940f) * (float)(i32)(wide * side));
    u32 py = (u32)(i32)(clamped(point.y, 0.0f, 0.999999940f) * (float)(i32)(high * side));
    u32 x = px / side, y = py / side;
    const u32* columns = scene.array<u32>(header.environment_columns) + (u64)y * (wide + 1u);
    float density = probability_of(scene.array<u32>(header.environment_rows), y) * probability_of(columns, x) *
                    ((float)(i32)wide * (float)(i32)high);
    if ((columns[x] & UNEVEN_CELL) != 0u) {
        const u32* details = environment_details(scene, x, y);
        u32 row = py - y * side;
        density = density * probability_of(details, row) *
                  probability_of(details + (row + 1u) * (side + 1u), px - x * side) * (float)(i32)(side * side);
    }
    return density_of_directions(density, cosine);
}

/// A direction of the environment of which only the row is drawn, and the columns are asked for: memory that is far.
struct EnvironmentRow {
    DrawnInterval row;
    u32 x, low, high;  ///< the column is drawn by x, and is from low to high - 1
};

TILTH_FN const u32* environment_columns(const SceneHeader& header, const Scene& scene, u32 row) {
    return scene.array<u32>(header.environment_columns) + (u64)row * (header.environment_cells_wide + 1u);
}

/// Where in a row to look for x: from the first number to the second; as the last row come the rows themselves.
TILTH_FN const u32* environment_guide(const Scene& scene, u32 row, u32 x) {
    return scene.array<u32>(scene.header().environment_guide) +
           (row * (ENVIRONMENT_GUIDE + 1u) + (x >> ENVIRONMENT_GUIDE_SHIFT));
}

TILTH_FN EnvironmentRow environment_row(const Scene& scene, Fractions u) {
    const SceneHeader& header = scene.header();
    EnvironmentRow r;
    u32 y = u.y >> 2;
    const u32* guide = environment_guide(scene, header.environment_cells_high, y);
    r.row = drawn_between(scene.array<u32>(header.environment_rows), guide[0], guide[1] + 1u, y);
    r.x = u.x >> 2;
    guide = environment_guide(scene, r.row.index, r.x);
    r.low = guide[0];
    r.high = guide[1] + 1u;
    const u32* columns = environment_columns(header, scene, r.row.index);
    ask_for(columns + r.low);
    ask_for(columns + r.high);
    return r;
}

/// A direction of the environment; what it shines with there is left to be read, and guessed by the density.
TILTH_FN LightSample sample_environment(const Scene& scene, const EnvironmentRow& begun) {
    const SceneHeader& header = scene.header();
    u32 wide = header.environment_cells_wide, high = header.environment_cells_high, side = header.environment_cell_side;
    DrawnInterval row = begun.row;
    const u32* columns = environment_columns(header, scene, row.index);
    DrawnInterval column = drawn_between(columns, begun.low, begun.high, begun.x);
    float density = row.probability * column.probability * ((float)(i32)wide * (float)(i32)high);
    float x = (float)(i32)column.index, y = (float)(i32)row.index;
    if ((columns[column.index] & UNEVEN_CELL) != 0u) {
        const u32* details = environment_details(scene, column.index, row.index);
        row = drawn(details, side, row.rest);
        column = drawn(details + (row.index + 1u) * (side + 1u), side, column.rest);
        density = density * row.probability * column.probability * (float)(i32)(side * side);
        float part = 1.0f / (float)(i32)side;
        x = x + ((float)(i32)column.index + (float)(i32)column.rest * PROBABILITY_UNIT) * part;
        y = y + ((float)(i32)row.index + (float)(i32)row.rest * PROBABILITY_UNIT) * part;
    } else {
        x = x + (float)(i32)column.rest * PROBABILITY_UNIT;
        y = y + (float)(i32)row.rest * PROBABILITY_UNIT;
    }
    LightSample light = no_light();
    light.kind = LIGHT_OF_ENVIRONMENT;
    light.point.x = x / (float)(i32)wide;
    light.point.y = y / (float)(i32)high;
    SinCos azimuth = sin_cos_turns(light.point.x - 0.5f);
    SinCos elevation = sin_cos_turns((0.5f - light.point.y) * 0.5f);
    float mx = azimuth.cos * elevation.cos, mz = azimuth.sin * elevation.cos;
    light.direction = vec3(mx * header.environment_cos + mz * header.environment_sin, elevation.sin,
                           mz * header.environment_cos - mx * header.environment_sin);
    light.distance = INFINITE_DISTANCE;
    light.pdf = elevation.cos > 1.0e-4f ? density_of_directions(density, elevation.cos) : 0.0f;
    light.radiance = vec3(light.pdf * header.environment_light);
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
    light.kind = LIGHT_PUNCTUAL;
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
TILTH_APART LightSample sample_punctual(const Scene& scene, Vec3 from, Vec3 normal, bool both_sides, float choice) {
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

TILTH_FN bool has_light(const SceneHeader& header) {
    return header.environment_pixels != 0 || header.emitter_count != 0u || header.light_count != 0u;
}

/// How many directions towards the environment, and how many points of shining triangles, stand for election where the
/// camera looks, and where light was scattered since.
constexpr u32 FIRST_CANDIDATES = 4, LATER_CANDIDATES = 2;

/// A few lamps alone are found as well by one.
constexpr u32 FEW_EMITTERS = 16;

TILTH_FN u32 candidates_of(const SceneHeader& header, bool first) {
    if (header.environment_pixels == 0 && header.emitter_count <= FEW_EMITTERS) {
        return 1u;
    }
    return first ? FIRST_CANDIDATES : LATER_CANDIDATES;
}

/// One light sample, chosen among candidates with a probability that grows with what each would bring to a surface
/// without shadow (Talbot, "Importance resampling for global illumination", 2005).
struct LightChoice {
    LightSample light;
    Vec3 factor;  ///< of its radiance, on the way to the eye
    float weight, sum;
    float random;
};

/// A candidate, which stands for one of `count` that estimate the same.
TILTH_FN void consider(LightChoice& choice, const Bsdf& bsdf, const LightSample& light, float count) {
    if (!(light.pdf > 0.0f)) {
        return;
    }
    BsdfValue value = evaluated(bsdf, light.direction);
    Vec3 factor = value.f_cos * (1.0f / count);
    if (light.kind != LIGHT_PUNCTUAL) {
        // mis_weight over the density.
        factor = factor * (light.pdf / (light.pdf * light.pdf + value.pdf * value.pdf));
    }
    float weight = luminance(factor * light.radiance);
    if (!(weight > 0.0f && weight < INFINITE_DISTANCE)) {
        return;
    }
    choice.sum = choice.sum + weight;
    float share = weight / choice.sum;
    if (choice.random < share) {
        choice.light = light;
        choice.factor = factor;
        choice.weight = weight;
        choice.random = choice.random / share;
    } else {
        choice.random = (choice.random - share) / (1.0f - share);
    }
    choice.random = clamped(choice.random, 0.0f, 0.999999940f);
}

/// A candidate that is the only one of its kind.
TILTH_APART void consider_apart(LightChoice& choice, const Bsdf& bsdf, const LightSample& light) {
    consider(choice, bsdf, light, 1.0f);
}

/// Where candidates come from: those of the environment are begun one ahead, for their memory is far.
struct Candidates {
    u32 count;
    Fractions u;
    EnvironmentRow begun;
};

/// A lattice of two dimensions, moved by u.
TILTH_FN Fractions lattice_point(const Candidates& c, u32 i) {
    Fractions v = {c.u.x + i * (0xffffffffu / c.count), c.u.y + i * 0x9e3779b9u};
    return v;
}

TILTH_FN Candidates candidates_by(const Scene& scene, u32 count, Fractions u) {
    Candidates c = {count, u, {{0u, 0.0f, 0u}, 0u, 0u, 0u}};
    if (scene.header().environment_pixels != 0) {
        c.begun = environment_row(scene, u);
    }
    return c;
}

TILTH_FN LightSample next_of_environment(const Scene& scene, Candidates& c, u32 i) {
    EnvironmentRow row = c.begun;
    if (i + 1u < c.count) {
        c.begun = environment_row(scene, lattice_point(c, i + 1u));
    }
    return sample_environment(scene, row);
}

/// The light to look for from a point of a surface.
TILTH_FN LightChoice choose_light(const Scene& scene, Vec3 from, const Bsdf& bsdf, Candidates& candidates,
                                  float random) {
    const SceneHeader& header = scene.header();
    LightChoice choice;
    choice.light = no_light();
    choice.factor = vec3(0.0f);
    choice.weight = 0.0f;
    choice.sum = 0.0f;
    choice.random = random;
    u32 count = candidates.count;
    // By turns, so that the machine code that weighs a candidate is there once.
    TILTH_KEEP_LOOP
    for (u32 turn = 0; turn < 2u * count; turn++) {
        bool of_triangle = (turn & 1u) != 0u;
        if (of_triangle ? header.emitter_count == 0u : header.environment_pixels == 0) {
            continue;
        }
        u32 i = turn >> 1;
        consider(choice, bsdf,
                 of_triangle ? sample_emitter(scene, from, lattice_point(candidates, i))
                             : next_of_environment(scene, candidates, i),
                 (float)(i32)count);
    }
    if (header.light_count != 0u) {
        consider_apart(choice, bsdf, sample_punctual(scene, from, bsdf.normal, transmits(bsdf), unit_float(candidates.u.x)));
    }
    return choice;
}

/// What a choice brings to the eye where nothing is between.
TILTH_FN Vec3 chosen_light(const Scene& scene, const LightChoice& choice) {
    Vec3 radiance = choice.light.radiance;
    if (choice.light.kind == LIGHT_OF_ENVIRONMENT) {
        radiance = environment_radiance(scene, choice.light.point);
    }
    return choice.factor * radiance * (choice.sum / choice.weight);
}

}  // namespace tilth
