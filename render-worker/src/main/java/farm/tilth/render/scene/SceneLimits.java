package farm.tilth.render.scene;

/**
 * The most that a scene may be. Every count of a file is held against these before memory is taken for it, so that a
 * hostile file costs little.
 *
 * @param fileBytes of one file
 * @param jsonBytes of the glTF document, data: URIs included
 * @param objects nodes, meshes, materials, accessors, … each
 * @param values numbers read from all accessors
 * @param triangles of one frame; a mesh that instances share counts once
 * @param imagePixels of one image or environment
 * @param scenePixels of all textures together
 */
public record SceneLimits(
        long fileBytes, long jsonBytes, int objects, long values, long triangles, long imagePixels, long scenePixels) {
    /**
     * What the farm renders: files of 2 GiB, 16 million triangles, 4 GiB of textures with 8 bits a channel, which are
     * 5.3 GiB with their smaller sizes.
     */
    public static final SceneLimits DEFAULT =
            new SceneLimits(Integer.MAX_VALUE, 256L << 20, 200_000, 512L << 20, 16L << 20, 128L << 20, 1L << 30);
}
