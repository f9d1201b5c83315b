// The scene as the kernel reads it: one flat buffer, the header first, then arrays at the byte offsets that the header
// names. Offset 0 means that there is no such array. All of it is little-endian, as SceneEncoder.java writes it;
// every array starts at a multiple of 64 bytes.
#pragma once
#include "vector.h"

namespace tilth {

struct CameraRecord {
    float position[3], right[3], up[3], forward[3];
    float tan_half_height;  ///< of a pinhole; 0 for a parallel projection
    float half_height;      ///< of a parallel projection
    float padding[2];
};

/// A node's number, or that of a block or an instance with the bit that says so.
typedef u32 ChildReference;
constexpr u32 IS_BLOCK = 0x40000000u, IS_INSTANCE = 0x80000000u, NO_CHILD = 0xffffffffu;

struct SceneHeader {
    u64 total_bytes;
    u64 positions, normals, tangents, uv0, uv1, colors;  ///< 3, 3, 4, 2, 2 and 4 floats a vertex
    u64 triangles;                                       ///< TriangleRecord each
    u64 materials, textures, lights;
    u64 srgb_table;  ///< 256 floats: the linear value of an sRGB byte
    u64 specular_albedo;  ///< the tables of microfacet.h
    u64 nodes;       ///< BvhNode each, or PackedNode where `packed` says so
    u64 blocks;      ///< TriangleBlock each
    u64 instances;   ///< InstanceRecord each; the first is the world
    u64 emitters;    ///< EmitterRecord each, by rising triangle number, and one more that ends the table
    u64 environment_pixels;  ///< 3 floats each
    u64 environment_rows;    ///< cells_high + 1 cumulated probabilities
    u64 environment_columns; ///< cells_wide + 1 of them a row, with UNEVEN_CELL
    u32 triangle_count, light_count, emitter_count;
    ChildReference root;  ///< of everything
    u32 environment_width, environment_height, environment_visible, material_count;
    float environment_cos, environment_sin;  ///< of its turn about +Y
    CameraRecord camera;
    u32 packed;  ///< 1: the nodes are packed
    u32 environment_cells_wide, environment_cells_high;  ///< of the grid that its directions are drawn from
    u32 environment_cell_side;                           ///< in pixels
    float environment_light;                             ///< its luminance over all directions
    u32 part_count;
    u64 environment_detail_of;  ///< 1 a cell: where its details begin
    u64 environment_details;    ///< of the uneven cells, side + 1 cumulated probabilities of rows, then of each row
    u64 environment_guide;      ///< ENVIRONMENT_GUIDE + 1 a row: the cell that holds each of as many even parts; then for the rows
    u64 parts;                  ///< PartRecord each, by rising first triangle
};

struct TriangleRecord {
    u32 vertices[3];
    u32 material;
};

/// Up to four triangles that the traversal tests together; each component of a corner lies side by side.
struct TriangleBlock {
    float corners[3][3][4];  ///< corner, axis, triangle
    u32 triangle[4];         ///< its number; with HAS_HOLES where rays may pass it by
};

constexpr u32 HAS_HOLES = 0x80000000u;

/// A node of the hierarchy: up to eight boxes and what is in them.
struct BvhNode {
    float planes[6][8];  ///< low x, high x, low y, high y, low z, high z
    ChildReference child[8];
    u32 used;            ///< a bit for each place in use
    u32 padding[7];
};

/// The same in half the space, for GPUs: a plane lies at origin + step * (its byte), a little outside of what the box
/// holds; see packed() in bvh_forest.h.
struct PackedNode {
    float origin[3];
    float step[3];
    u8 planes[6][8];
    ChildReference child[8];
    u32 used;
    u32 padding[5];
};

/// Triangles of their own hierarchy, placed in the world. Number 0 stands for the world itself, where everything lies
/// that is placed but once.
struct InstanceRecord {
    float low[3], high[3];       ///< the world's box that holds it, from the shutter's opening to its closing
    ChildReference root;         ///< of its triangles' hierarchy
    u32 moves;                   ///< 0: it stays where it is; of the world: nothing moves
    float to_world[3][4];        ///< rows of the matrix when the shutter opens
    float to_world_at_close[3][4];
    float to_object[3][4];       ///< of one that stays
    u32 object;                  ///< its number in the scene's file
    u32 padding[3];
};

/// The world's triangles from one on, up to the next part, belong to an object.
struct PartRecord {
    u32 first_triangle;
    u32 object;  ///< its number in the scene's file
};

enum AlphaMode { ALPHA_OPAQUE = 0, ALPHA_MASK = 1, ALPHA_BLEND = 2 };

/// The use of a texture: -1 for none, else the number of a TextureRecord.
typedef i32 TextureUse;

enum MaterialFlag {
    MATERIAL_UNLIT = 1,  ///< shows its base colour to the camera's rays, and is not there for others
    MATERIAL_THIN = 2,   ///< a sheet without an inside: light that passes is not bent
    MATERIAL_GLOSSY = 4  ///< KHR_materials_pbrSpecularGlossiness: specular_color is the reflectance head-on
};

/// The textures of a material.
enum TextureSlot {
    TEXTURE_BASE_COLOR = 0,
    TEXTURE_METALLIC_ROUGHNESS = 1,
    TEXTURE_NORMAL = 2,
    TEXTURE_EMISSIVE = 3,
    TEXTURE_SPECULAR = 4,
    TEXTURE_SPECULAR_COLOR = 5,
    TEXTURE_COAT = 6,
    TEXTURE_COAT_ROUGHNESS = 7,
    TEXTURE_COAT_NORMAL = 8,
    TEXTURE_SHEEN_COLOR = 9,
    TEXTURE_SHEEN_ROUGHNESS = 10,
    TEXTURE_TRANSMISSION = 11,
    TEXTURE_TRANSLUCENCY = 12,
    TEXTURE_TRANSLUCENT_COLOR = 13,
    TEXTURE_IRIDESCENCE = 14,
    TEXTURE_FILM = 15,
    TEXTURE_ANISOTROPY = 16,
    TEXTURE_SLOTS = 17
};

struct MaterialRecord {
    float base_color[4];
    float emissive[3];
    float metallic;
    float roughness;
    float normal_scale;
    float alpha_cutoff;
    u32 alpha_mode;
    TextureUse textures[TEXTURE_SLOTS];
    u32 flags;  ///< MaterialFlag
    float specular, specular_color[3];
    float index;  ///< of refraction
    float coat, coat_roughness, coat_normal_scale;
    float sheen_color[3], sheen_roughness;
    float transmission;
    float absorption[3];  ///< of what is inside, per unit of length
    float dispersion;     ///< 20 over Abbe's number
    float translucency, translucent_color[3];
    float iridescence, film_index, film_least, film_most;  ///< thickness in nanometres
    float anisotropy, anisotropy_cos, anisotropy_sin;
    u32 padding[6];
};

enum Wrap { WRAP_REPEAT = 0, WRAP_CLAMP = 1, WRAP_MIRROR = 2 };

enum TextureFlag {
    TEXTURE_SRGB = 1,
    TEXTURE_WIDE = 2,             ///< 16 bits a channel
    TEXTURE_NEAREST = 4,          ///< no filter where the picture is magnified, or has one level
    TEXTURE_NEAREST_IN_LEVEL = 8, ///< no filter within a level where it is minified
    TEXTURE_BETWEEN_LEVELS = 16   ///< but one between the two nearest levels
};

/// A texture as a material uses it: several uses may share their texels.
struct TextureRecord {
    u64 texels;  ///< 0xAABBGGRR each, rows from the top, or twice as wide; then those of the smaller levels
    u32 width, height;
    u32 wrap_s, wrap_t;
    u32 flags;  ///< TextureFlag
    u32 levels; ///< 1 where there is only the picture itself
    float transform[6];  ///< u and v as rows of 3 numbers, times (u, v, 1)
    u32 uv_set;          ///< 0 or 1
    float area;          ///< of the mesh's unit square, in texels
};

enum LightKind { LIGHT_POINT = 0, LIGHT_SPOT = 1, LIGHT_DIRECTIONAL = 2 };

struct LightRecord {
    float position[3], direction[3], color[3];
    float inverse_range;  ///< 0 for no end
    float cone_scale, cone_offset;
    u32 kind;
    u32 padding[3];
};

/// One of the triangles that shine.
struct EmitterRecord {
    u32 triangle;
    u32 cumulated;  ///< the probability of all before it, in units of 2^-30
};

/// Marks the cumulated probability at the beginning of an environment's cell whose pixels are told apart.
constexpr u32 UNEVEN_CELL = 0x80000000u;

constexpr float PROBABILITY_UNIT = 1.0f / 1073741824.0f;

/// In so many parts the probabilities of a row of an environment's cells are divided, to find a cell sooner.
constexpr u32 ENVIRONMENT_GUIDE = 64, ENVIRONMENT_GUIDE_SHIFT = 24;

struct Ray;
struct Hit;

/// A scene's buffer.
struct Scene {
    const u8* base;
#if !defined(__CUDACC__)
    Hit (*tracer)(const Scene& scene, const Ray& ray, bool any);  ///< of plain nodes, faster than plain_trace(); or null
#endif

    TILTH_FN_MEMBER const SceneHeader& header() const { return *(const SceneHeader*)base; }
    template <typename T>
    TILTH_FN_MEMBER const T* array(u64 offset) const {
        return (const T*)(base + offset);
    }
};

static_assert(sizeof(SceneHeader) == 320 && sizeof(MaterialRecord) == 256 && sizeof(TextureRecord) == 64 &&
                  sizeof(LightRecord) == 64 && sizeof(TriangleBlock) == 160 && sizeof(BvhNode) == 256 &&
                  sizeof(PackedNode) == 128 &&
                  sizeof(InstanceRecord) == 192,
              "SceneEncoder.java writes these sizes");

}  // namespace tilth
