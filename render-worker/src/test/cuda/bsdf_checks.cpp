// Holds the BSDF of a list of materials against numerical integrals, and prints one line a check: its name, the
// material, the degrees between the surface's normal and the view, and the figure, of which BsdfTest.java knows the
// bounds.
//
//     bsdf_checks SCENE
//
// SCENE is any encoded scene: its tables of the facets' albedo are read.
//
//   pdf         |integral of the pdf over the sphere - share of the draws that give a direction|
//   histogram   Pearson's chi-square of the drawn directions against the integrated pdf, as a normal deviate
//   estimate    |mean of f cos / pdf over the draws - integral of f cos|, in standard errors
//   energy      the integral of f cos: the light that comes back of 1
//   reciprocity difference of f(wo, wi) and f(wi, wo) of the facets, as a share of their sum over 20,000 pairs: without
//               the gain for repeated scattering, which depends on one of them alone
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bsdf.h"

using namespace tilth;

static constexpr double HALF_TURN = 3.141592653589793;
static constexpr int ANGLES = 512, TURNS = 512, ROWS = 16, COLUMNS = 16;
static constexpr int DRAWS = 1 << 18;

struct Sample {
    const char* name;
    Appearance appearance;
    float eta;  ///< the index behind the surface over the one before it
};

static Appearance plain(float metallic, float roughness) {
    Appearance a = {};
    a.normal = a.coat_normal = vec3(0.0f, 0.0f, 1.0f);
    a.base_color = a.specular_color = a.translucent_color = vec3(1.0f);
    a.metallic = metallic;
    a.roughness = roughness;
    a.specular = 1.0f;
    a.index = 1.5f;
    a.sheen_roughness = a.coat_roughness = 0.5f;
    a.film_index = 1.3f;
    a.film_thickness = 400.0f;
    a.brushed = vec3(0.6f, 0.8f, 0.0f);
    return a;
}

static std::vector<Sample> materials() {
    std::vector<Sample> list;
    list.push_back({"diffuse", plain(0.0f, 1.0f), 1.5f});
    list.push_back({"gloss", plain(0.0f, 0.45f), 1.5f});
    list.push_back({"metal", plain(1.0f, 0.5f), 1.5f});
    list.push_back({"rough-metal", plain(1.0f, 1.0f), 1.5f});
    Appearance a = plain(1.0f, 0.5f);
    a.anisotropy = 0.7f;
    list.push_back({"brushed", a, 1.5f});
    a = plain(0.0f, 0.6f);
    a.coat = 1.0f;
    list.push_back({"coat", a, 1.5f});
    a = plain(0.0f, 0.8f);
    a.sheen_color = vec3(0.8f);
    list.push_back({"sheen", a, 1.5f});
    a = plain(0.0f, 0.5f);
    a.iridescence = 1.0f;
    list.push_back({"film", a, 1.5f});
    a = plain(0.0f, 0.7f);
    a.translucency = 0.6f;
    list.push_back({"translucent", a, 1.5f});
    a = plain(0.0f, 0.5f);
    a.transmission = 1.0f;
    list.push_back({"glass-entered", a, 1.5f});
    list.push_back({"glass-left", a, 1.0f / 1.5f});
    a.roughness = 1.0f;
    list.push_back({"rough-glass", a, 1.5f});
    list.push_back({"rough-glass-left", a, 1.0f / 1.5f});
    a.roughness = 0.5f;
    a.flags = MATERIAL_THIN;
    list.push_back({"thin-glass", a, 1.5f});
    a = plain(0.5f, 0.5f);
    a.coat = 0.5f;
    a.sheen_color = vec3(0.3f, 0.5f, 0.1f);
    a.transmission = 0.5f;
    a.translucency = 0.5f;
    a.anisotropy = 0.5f;
    list.push_back({"everything", a, 1.5f});
    a = plain(1.0f, 0.3f);
    a.anisotropy = 0.9f;
    list.push_back({"well-brushed", a, 1.5f});
    a.brushed = vec3(-0.8f, 0.6f, 0.0f);
    list.push_back({"well-brushed-across", a, 1.5f});
    a = plain(0.0f, 0.3f);
    a.anisotropy = 0.9f;
    list.push_back({"brushed-lacquer", a, 1.5f});
    return list;
}

static Bsdf bsdf_of(const Scene& scene, const Sample& sample, Vec3 wo) {
    Surface s = {};
    s.ng = s.smooth = vec3(0.0f, 0.0f, 1.0f);
    s.tangent = vec3(1.0f, 0.0f, 0.0f);
    s.bitangent = vec3(0.0f, 1.0f, 0.0f);
    s.turn = 1.0f;
    Bsdf b;
    set_bsdf(scene, s, sample.appearance, wo, sample.eta, b);
    return b;
}

static Vec3 direction(double z, double turns) {
    double r = std::sqrt(std::fmax(0.0, 1.0 - z * z)), phi = turns * 2.0 * HALF_TURN;
    return vec3((float)(r * std::cos(phi)), (float)(r * std::sin(phi)), (float)z);
}

/// Rows of equal angles from below to above, columns of equal turns.
static int bin_of(Vec3 wi) {
    int row = (int)(std::acos(std::fmax(-1.0, std::fmin(1.0, -(double)wi.z))) / HALF_TURN * ROWS);
    double turns = std::atan2(wi.y, wi.x) / (2.0 * HALF_TURN);
    int column = (int)((turns < 0.0 ? turns + 1.0 : turns) * COLUMNS);
    row = row < 0 ? 0 : row >= ROWS ? ROWS - 1 : row;
    return row * COLUMNS + (column >= COLUMNS ? COLUMNS - 1 : column);
}

struct Integral {
    std::vector<double> pdf = std::vector<double>(ROWS * COLUMNS);
    double whole_pdf = 0.0, albedo = 0.0;
};

/// By midpoints, uniform in the angle and in the turn.
static Integral integrated(const Bsdf& b) {
    Integral sum;
    for (int i = 0; i < ANGLES; i++) {
        double from = HALF_TURN * i / ANGLES, to = HALF_TURN * (i + 1) / ANGLES;
        double area = (std::cos(from) - std::cos(to)) * 2.0 * HALF_TURN / TURNS;
        for (int k = 0; k < TURNS; k++) {
            Vec3 wi = direction(-std::cos(0.5 * (from + to)), (k + 0.5) / TURNS);
            BsdfValue value = evaluated(b, wi);
            sum.pdf[(i * ROWS / ANGLES) * COLUMNS + k * COLUMNS / TURNS] += value.pdf * area;
            sum.whole_pdf += value.pdf * area;
            sum.albedo += value.f_cos.y * area;
        }
    }
    return sum;
}

struct Drawn {
    std::vector<double> count = std::vector<double>(ROWS * COLUMNS);
    double hits = 0.0, mean = 0.0, squares = 0.0;
};

static Drawn drawn(const Bsdf& b, u64 seed) {
    Drawn d;
    for (u32 i = 0; i < (u32)DRAWS; i++) {
        Sampler sampler = sampler_of(seed, 0, i, 0, 0);  // independent draws, as the statistics below assume
        Vec3 wi = sampled_direction(b, draw(sampler, 0));
        if (dot(wi, wi) == 0.0f) {
            continue;
        }
        BsdfValue value = evaluated(b, wi);
        if (!(value.pdf > 0.0f)) {
            continue;
        }
        d.hits += 1.0;
        d.count[bin_of(wi)] += 1.0;
        double weight = value.f_cos.y / value.pdf;
        d.mean += weight / DRAWS;
        d.squares += weight * weight / DRAWS;
    }
    return d;
}

/// Pearson's sum as a standard normal deviate (Wilson and Hilferty, 1931); rare bins are taken together.
static double deviate(const Integral& integral, const Drawn& drawn) {
    double chi = 0.0, rare_expected = 0.0, rare_count = 0.0;
    int bins = 0;
    auto add = [&](double expected, double count) {
        chi += (count - expected) * (count - expected) / expected;
        bins++;
    };
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        double expected = integral.pdf[i] * DRAWS;
        if (expected < 20.0) {
            rare_expected += expected;
            rare_count += drawn.count[i];
        } else {
            add(expected, drawn.count[i]);
        }
    }
    if (rare_expected > 20.0) {
        add(rare_expected, rare_count);
    }
    double freedom = bins > 1 ? bins - 1 : 1, spread = 2.0 / (9.0 * freedom);
    return (std::cbrt(chi / freedom) - (1.0 - spread)) / std::sqrt(spread);
}

/// f(wo, wi) of the highlight's facets over the index on wi's side: f keeps the flux and not the radiance, so that this
/// is what is the same both ways.
static double facet_value(Facets facets, float eta, Vec3 wo, Vec3 wi) {
    FacetSample s = wi.z > 0.0f ? reflecting_facet(seen(facets, wo), wi)
                                   : refracting_facet(seen(facets, wo), eta, wi);
    double f = s.f_cos / std::fabs(wi.z);
    if (!(f > 0.0)) {
        return 0.0;
    }
    double reflected = fresnel_dielectric(s.cosine, eta);
    return f * (wi.z > 0.0f ? reflected : (1.0 - reflected) / (double)eta);
}

static double reciprocity(const Sample& sample, u64 seed) {
    Facets f = facets(sample.appearance.roughness);
    f.x = mix(f.x, 1.0f, squared(sample.appearance.anisotropy));
    double differences = 0.0, sum = 0.0;
    for (u32 i = 0; i < 20000u; i++) {
        Sampler sampler = sampler_of(seed, 1, i, 0, 0);
        Vec2 u = draw(sampler, 0), v = draw(sampler, 1);
        bool bends = sample.appearance.transmission > 0.0f && (sample.appearance.flags & MATERIAL_THIN) == 0u;
        bool passes = bends && (i & 1u) != 0u;
        Vec3 wo = direction(0.05 + 0.95 * u.x, u.y), wi = direction((passes ? -1.0 : 1.0) * (0.05 + 0.95 * v.x), v.y);
        double there = facet_value(f, sample.eta, wo, wi);
        // On the way back the boundary is seen from its other side.
        double back = passes ? facet_value(f, 1.0f / sample.eta, -wi, -wo) : facet_value(f, sample.eta, wi, wo);
        differences += std::fabs(there - back);
        sum += there + back;
    }
    return differences / sum;
}

static void check(const Scene& scene, const Sample& sample, double degrees, u64 seed) {
    Vec3 wo = direction(std::cos(degrees * HALF_TURN / 180.0), 0.1);
    Bsdf b = bsdf_of(scene, sample, wo);
    Integral integral = integrated(b);
    Drawn draws = drawn(b, seed);
    double variance = std::fmax(draws.squares - draws.mean * draws.mean, 0.0);
    double error = std::sqrt(variance / DRAWS) + 1e-3;  // 1e-3: the midpoints' own
    std::printf("pdf %s %g %.5f\n", sample.name, degrees, std::fabs(integral.whole_pdf - draws.hits / DRAWS));
    std::printf("histogram %s %g %.3f\n", sample.name, degrees, deviate(integral, draws));
    std::printf("estimate %s %g %.3f\n", sample.name, degrees, std::fabs(draws.mean - integral.albedo) / error);
    std::printf("energy %s %g %.5f\n", sample.name, degrees, integral.albedo);
}

int main(int argc, char** argv) {
    FILE* file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
    if (file == nullptr) {
        std::fprintf(stderr, "usage: bsdf_checks SCENE\n");
        return 2;
    }
    std::vector<unsigned char> bytes;
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
        bytes.push_back((unsigned char)c);
    }
    std::fclose(file);
    void* memory = std::aligned_alloc(64, (bytes.size() + 63) / 64 * 64);
    for (size_t i = 0; i < bytes.size(); i++) {
        ((unsigned char*)memory)[i] = bytes[i];
    }
    Scene scene = {};
    scene.base = (const u8*)memory;
    u64 seed = 1;
    for (const Sample& sample : materials()) {
        for (double degrees : {0.0, 45.0, 60.0, 75.0}) {
            check(scene, sample, degrees, seed++);
        }
        std::printf("reciprocity %s 0 %.2e\n", sample.name, reciprocity(sample, seed++));
    }
    std::free(memory);
    return 0;
}
