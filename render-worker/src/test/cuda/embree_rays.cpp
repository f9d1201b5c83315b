// Single rays against Embree's, on the same triangles, in turn, on one thread.
//
//     embree_rays SCENE ROUNDS
//
// SCENE is an encoded scene with plain nodes; only the world's own triangles are compared. Camera rays go through the
// pixels row by row; incoherent rays leave the camera's hits in random directions, in random order. Embree runs as it
// asks to: denormal numbers count as 0; the traversal under the contract's arithmetic.
#include <embree3/rtcore.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "cpu_kernel.h"

using namespace tilth;

static constexpr u32 SIDE = 512;

static double thread_seconds() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void* read_scene(const char* path) {
    FILE* file = fopen(path, "rb");
    if (file == nullptr || fseek(file, 0, SEEK_END) != 0) {
        return nullptr;
    }
    size_t size = (size_t)ftell(file);
    rewind(file);
    void* scene = new_pages(size);
    bool whole = scene != nullptr && fread(scene, 1, size, file) == size;
    fclose(file);
    return whole ? scene : nullptr;
}

static Ray ray_of(Vec3 origin, Vec3 direction) {
    Ray ray = {origin, direction, INFINITE_DISTANCE, {0u, 0u}, 0.0f};
    return ray;
}

static std::vector<Ray> camera_rays(const Scene& scene) {
    const CameraRecord& camera = scene.header().camera;
    Vec3 right = vec3(camera.right), up = vec3(camera.up), forward = vec3(camera.forward);
    std::vector<Ray> rays;
    for (u32 i = 0; i < SIDE * SIDE; i++) {
        float x = (float)(i % SIDE) / SIDE * 2.0f - 1.0f, y = 1.0f - (float)(i / SIDE) / SIDE * 2.0f;
        Vec3 d = forward + right * (x * camera.tan_half_height) + up * (y * camera.tan_half_height);
        rays.push_back(ray_of(vec3(camera.position), normalized(d, forward)));
    }
    return rays;
}

static std::vector<Ray> bounced(const Scene& scene, const std::vector<Ray>& rays) {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
    std::vector<Ray> bounces;
    for (const Ray& ray : rays) {
        Hit hit = trace(scene, ray, false);
        if (hit.triangle != NO_TRIANGLE) {
            float z = 2.0f * uniform(random) - 1.0f, r = square_root(1.0f - z * z);
            SinCos turn = sin_cos_turns(uniform(random));
            bounces.push_back(ray_of(ray.origin + ray.direction * (hit.distance * 0.9999f),
                                     vec3(r * turn.cos, r * turn.sin, z)));
        }
    }
    std::shuffle(bounces.begin(), bounces.end(), random);
    return bounces;
}

static RTCRayHit query_of(const Ray& ray) {
    RTCRayHit q = {};
    q.ray.org_x = ray.origin.x;
    q.ray.org_y = ray.origin.y;
    q.ray.org_z = ray.origin.z;
    q.ray.dir_x = ray.direction.x;
    q.ray.dir_y = ray.direction.y;
    q.ray.dir_z = ray.direction.z;
    q.ray.tfar = ray.limit;
    q.ray.mask = 0xffffffffu;
    q.hit.geomID = RTC_INVALID_GEOMETRY_ID;
    q.hit.primID = RTC_INVALID_GEOMETRY_ID;
    q.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
    return q;
}

static long long embree_bytes = 0;

static bool count_bytes(void*, ssize_t bytes, bool) {
    embree_bytes += bytes;
    return true;
}

static RTCScene embree_scene(RTCDevice device, const Scene& scene, u32 triangles) {
    RTCScene built = rtcNewScene(device);
    RTCGeometry geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_TRIANGLE);
    const TriangleRecord* records = scene.array<TriangleRecord>(scene.header().triangles);
    u32 vertices = 0;
    u32* indices = (u32*)rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 12, triangles);
    for (u32 i = 0; i < triangles; i++) {
        for (u32 k = 0; k < 3; k++) {
            indices[3 * i + k] = records[i].vertices[k];
            vertices = std::max(vertices, records[i].vertices[k] + 1);
        }
    }
    float* positions =
        (float*)rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, 12, vertices);
    std::copy_n(scene.array<float>(scene.header().positions), 3 * (size_t)vertices, positions);
    rtcCommitGeometry(geometry);
    rtcAttachGeometry(built, geometry);
    long long before = embree_bytes;
    double start = thread_seconds();
    rtcCommitScene(built);
    printf("embree      hierarchy of %.1f bytes a triangle, built in %.2f s on one thread\n",
           (double)(embree_bytes - before) / triangles, thread_seconds() - start);
    return built;
}

struct Rates {
    std::vector<double> ours, theirs, ratio;
};

static u32 sink = 0;

static double our_rate(const Scene& scene, const std::vector<Ray>& rays, bool any) {
    ExactArithmetic exact;
    double start = thread_seconds();
    for (const Ray& ray : rays) {
        sink += trace(scene, ray, any).triangle;
    }
    return (double)rays.size() / (thread_seconds() - start) * 1e-6;
}

static double their_rate(RTCScene scene, const std::vector<Ray>& rays, bool any) {
    u32 before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u);
    RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    double start = thread_seconds();
    for (const Ray& ray : rays) {
        RTCRayHit q = query_of(ray);
        if (any) {
            rtcOccluded1(scene, &context, &q.ray);
            sink += q.ray.tfar < 0.0f ? 1u : 0u;
        } else {
            rtcIntersect1(scene, &context, &q);
            sink += q.hit.primID;
        }
    }
    double seconds = thread_seconds() - start;
    _mm_setcsr(before);
    return (double)rays.size() / seconds * 1e-6;
}

static void print(const char* name, std::vector<double> values) {
    std::sort(values.begin(), values.end());
    printf("%s %.3f [%.3f … %.3f]", name, values[values.size() / 2], values.front(), values.back());
}

static void compare(const char* name, const Scene& scene, RTCScene embree, const std::vector<Ray>& rays, bool any,
                    int rounds) {
    Rates rates;
    for (int round = 0; round < rounds; round++) {
        rates.ours.push_back(our_rate(scene, rays, any));
        rates.theirs.push_back(their_rate(embree, rays, any));
        rates.ratio.push_back(rates.ours.back() / rates.theirs.back());
    }
    printf("%-20s", name);
    print("tilth", rates.ours);
    print("   embree", rates.theirs);
    print(" Mrays/s   ratio", rates.ratio);
    printf("\n");
}

static void compare_hits(const Scene& scene, RTCScene embree, const std::vector<Ray>& rays) {
    RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    size_t different = 0;
    for (const Ray& ray : rays) {
        RTCRayHit q = query_of(ray);
        rtcIntersect1(embree, &context, &q);
        different += q.hit.primID != trace(scene, ray, false).triangle ? 1 : 0;
    }
    printf("of %zu incoherent rays, %zu hit another triangle than Embree's\n", rays.size(), different);
}

int main(int argc, char** argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: embree_rays SCENE ROUNDS\n");
        return 2;
    }
    void* buffer = read_scene(argv[1]);
    if (buffer == nullptr) {
        fprintf(stderr, "cannot read %s\n", argv[1]);
        return 1;
    }
    i32 level = cpu_level();
    Scene scene = {(const u8*)buffer, level >= CPU_V4 ? v4::walk : level >= CPU_V3 ? v3::walk : nullptr};
    RTCDevice device = rtcNewDevice("threads=1");
    rtcSetDeviceMemoryMonitorFunction(device, count_bytes, nullptr);
    RTCScene embree = embree_scene(device, scene, scene.header().triangle_count);
    std::vector<Ray> primary = camera_rays(scene), incoherent = bounced(scene, primary);
    compare_hits(scene, embree, incoherent);
    int rounds = atoi(argv[2]);
    compare("camera", scene, embree, primary, false, rounds);
    compare("incoherent", scene, embree, incoherent, false, rounds);
    compare("incoherent shadow", scene, embree, incoherent, true, rounds);
    return sink == 12345u ? 3 : 0;
}
