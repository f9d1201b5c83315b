package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.SceneReport.AnimationReport;
import farm.tilth.render.loader.Flattening.Geometry;
import farm.tilth.render.loader.GltfCameras.Lens;
import farm.tilth.render.loader.GltfLights.Lamp;
import farm.tilth.render.loader.GltfMaterials.Surface;
import farm.tilth.render.loader.MeshParts.Parts;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Exposure;
import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.SceneLimits;
import farm.tilth.render.scene.Texture;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A glTF 2.0 scene, read and checked as a whole: what can be wrong with its files is found by {@link #load}, so that
 * posing it can only fail by what was asked for. Immutable. Everything is computed with IEEE arithmetic and StrictMath:
 * equal files give equal bits.
 */
public final class SceneFile {
    /** At how many moments of an animation the framing camera looks for what moves. */
    private static final int FRAMING_MOMENTS = 8;

    private static final int MAX_NOTICES = 100;

    private final SceneLimits limits;
    private final Hierarchy hierarchy;
    private final List<Parts> meshes;
    private final List<Skin> skins;
    private final List<Surface> surfaces;
    private final List<Texture> textures;
    private final List<Lens> lenses;
    private final List<Lamp> lamps;
    private final List<Animation> animations;
    private final Map<String, Integer> cameras;
    private final Moving moving;
    private final List<String> variants;
    private final List<String> notices = new ArrayList<>();

    private SceneFile(GltfContainer container, SceneSource source, SceneLimits limits, Optional<String> variant)
            throws InterruptedException {
        Element root = container.root();
        this.limits = limits;
        checkVersion(root);
        checkExtensions(root);
        GltfBuffers buffers = new GltfBuffers(source, container, limits);
        GltfAccessors accessors = new GltfAccessors(buffers, root, limits);
        GltfTextures images = new GltfTextures(buffers, root, limits, notices);
        lenses = GltfCameras.readAll(root, limits);
        lamps = GltfLights.readAll(root, limits);
        int meshCount = root.objects("meshes", limits.objects()).size();
        int skinCount = root.objects("skins", limits.objects()).size();
        Hierarchy nodes =
                Hierarchy.read(root, new Hierarchy.Sizes(meshCount, skinCount, lenses.size(), lamps.size()), limits);
        skins = Skin.readAll(root, nodes.nodes().size(), accessors, limits);
        hierarchy = GpuInstancing.expand(nodes, root, accessors, limits);
        GltfMaterials materials = new GltfMaterials(images, notices);
        surfaces = materials.readAll(root, limits);
        textures = images.used();
        MaterialVariants looks = MaterialVariants.read(root, variant, limits);
        variants = looks.names();
        meshes = new MeshParts(accessors, surfaces, looks, limits, notices).readAll(root);
        checkSkins();
        int[] targets = hierarchy.nodes().stream()
                .mapToInt(node -> node.mesh() < 0 ? 0 : meshes.get(node.mesh()).weights().length)
                .toArray();
        animations = Animation.readAll(root, targets, accessors, limits, notices);
        cameras = GltfCameras.names(hierarchy, lenses);
        moving = Moving.of(root, materials, animations, limits);
    }

    /** Reads a scene with the farm's limits. */
    public static SceneFile load(SceneSource source) throws InterruptedException {
        return load(source, SceneLimits.DEFAULT);
    }

    /**
     * Reads a scene.
     *
     * @throws FarmException INVALID_SCENE or TOO_LARGE, naming the place in the document and what to do
     */
    public static SceneFile load(SceneSource source, SceneLimits limits) throws InterruptedException {
        return load(source, limits, Optional.empty());
    }

    /**
     * Reads a scene in one of the looks that KHR_materials_variants names.
     *
     * @param variant absent: the look that the file has without the extension
     * @throws FarmException also INVALID_REQUEST, when there is no such variant
     */
    public static SceneFile load(SceneSource source, SceneLimits limits, Optional<String> variant)
            throws InterruptedException {
        Path main = source.find(source.main())
                .orElseThrow(() -> new FarmException(
                        ErrorCode.INVALID_SCENE, "the scene's main file '" + source.main() + "' is missing"));
        ByteBuffer bytes = GltfBuffers.map(main, source.main(), limits.fileBytes());
        SceneFile file = new SceneFile(GltfContainer.read(bytes, source.main(), limits), source, limits, variant);
        file.checkShown();
        return file;
    }

    /** The names that {@link CameraChoice.Named} takes, in the scene's order. */
    public List<String> cameras() {
        return List.copyOf(cameras.keySet());
    }

    /** The animations, by their number. */
    public List<AnimationReport> animations() {
        return animations.stream()
                .map(animation -> new AnimationReport(animation.name(), animation.seconds()))
                .toList();
    }

    /** The looks that {@link #load(SceneSource, SceneLimits, Optional)} takes. */
    public List<String> variants() {
        return variants;
    }

    /** How many materials the document has. */
    public int materialCount() {
        return surfaces.size() - 1;
    }

    /** What was left out knowingly, for people. */
    public List<String> notices() {
        List<String> distinct = notices.stream().distinct().toList();
        if (distinct.size() <= MAX_NOTICES) {
            return distinct;
        }
        List<String> first = new ArrayList<>(distinct.subList(0, MAX_NOTICES));
        first.add("and " + (distinct.size() - MAX_NOTICES) + " notices more");
        return first;
    }

    /**
     * The scene at a moment, without an environment.
     *
     * @param aspect the picture's width / height: a camera that is not in the file frames the scene for it
     * @param animation the number of the animation to play; absent: the nodes stay as the file has them
     * @throws FarmException INVALID_REQUEST when there is no such camera or animation
     */
    public Scene pose(CameraChoice camera, double aspect, Optional<Integer> animation, double seconds) {
        return pose(camera, aspect, animation, Exposure.at(seconds));
    }

    /** As the other, with what moves while the shutter is open as moving instances. */
    public Scene pose(CameraChoice camera, double aspect, Optional<Integer> animation, Exposure exposure) {
        Optional<Animation> played = animation.map(this::animation);
        Pose pose = Pose.at(hierarchy, played, exposure.seconds());
        boolean still = exposure.opens() == exposure.closes();
        Pose opened = still ? pose : Pose.at(hierarchy, played, exposure.opens());
        Pose closed = still ? pose : Pose.at(hierarchy, played, exposure.closes());
        List<Material> materials = moving.materials(materials(), played, exposure.seconds());
        Geometry geometry = Flattening.of(source(), pose, opened, closed, materials);
        List<Light> lights = new ArrayList<>();
        List<Lamp> lit = moving.lamps(lamps, played, exposure.seconds());
        for (int node : pose.shown()) {
            int lamp = hierarchy.nodes().get(node).light();
            if (lamp >= 0) {
                lights.add(lit.get(lamp).placed(pose.world().get(node)));
            }
        }
        Camera seen = camera(camera, pose, aspect, moving.lenses(lenses, played, exposure.seconds()), played);
        return new Scene(geometry.mesh(), geometry.placement(), materials, textures, lights, seen, Optional.empty());
    }

    private Flattening.Source source() {
        return new Flattening.Source(hierarchy, meshes, skins, limits);
    }

    private List<Material> materials() {
        return surfaces.stream().map(Surface::material).toList();
    }

    private Animation animation(int number) {
        if (number >= animations.size()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "there is no animation " + number + ": the scene has " + animations.size() + ", counted from 0");
        }
        return animations.get(number);
    }

    private Camera camera(
            CameraChoice choice, Pose pose, double aspect, List<Lens> seen, Optional<Animation> animation) {
        return switch (choice) {
            case CameraChoice.Placed placed -> CameraFraming.placed(placed);
            case CameraChoice.Named named -> placed(named(named.name()), seen, pose);
            case CameraChoice.First first ->
                cameras.isEmpty()
                        ? framing(aspect, animation)
                        : placed(cameras.values().iterator().next(), seen, pose);
        };
    }

    private Camera placed(int node, List<Lens> seen, Pose pose) {
        Lens lens = seen.get(hierarchy.nodes().get(node).camera());
        return lens.placed(pose.world().get(node));
    }

    private int named(String name) {
        Integer node = cameras.get(name);
        if (node != null) {
            return node;
        }
        for (int candidate : cameras.values()) {
            if (lenses.get(hierarchy.nodes().get(candidate).camera()).name().equals(name)) {
                return candidate;
            }
        }
        String known = cameras.isEmpty() ? "it has no cameras" : "it has " + String.join(", ", cameras.keySet());
        throw new FarmException(
                ErrorCode.INVALID_REQUEST,
                "the scene has no camera '" + name + "': " + known + "; choose one of these");
    }

    /** The same camera for every frame of an animation: it sees what moves at any time. */
    private Camera framing(double aspect, Optional<Animation> animation) {
        Bounds bounds = bounds();
        for (int i = 0; animation.isPresent() && i < FRAMING_MOMENTS; i++) {
            double seconds = animation.get().seconds() * i / (FRAMING_MOMENTS - 1);
            Pose pose = Pose.at(hierarchy, animation, seconds);
            bounds = bounds.and(Flattening.bounds(source(), pose, materials()));
        }
        return CameraFraming.framing(bounds.min(), bounds.max(), aspect);
    }

    /** The box of the scene as the file has it. */
    Bounds bounds() {
        Pose still = Pose.at(hierarchy, Optional.empty(), 0);
        return Flattening.bounds(source(), still, materials());
    }

    private static void checkVersion(Element root) {
        String version = root.getObject("asset").get("version").asText();
        if (!version.startsWith("2.")) {
            throw root.getObject("asset").error("glTF version " + version + " is not read", "export it as glTF 2.0");
        }
    }

    private void checkExtensions(Element root) {
        for (Element required : root.elements("extensionsRequired", limits.objects())) {
            if (!SceneExtensions.isSupported(required.asText())) {
                throw required.error(
                        "the scene requires the extension " + required.asText() + ", which is not supported",
                        "export it without");
            }
        }
        for (Element used : root.elements("extensionsUsed", limits.objects())) {
            if (!SceneExtensions.isSupported(used.asText())) {
                notices.add("the extension " + used.asText() + " is not supported and was left aside");
            }
        }
    }

    private void checkSkins() {
        for (int i = 0; i < hierarchy.nodes().size(); i++) {
            Node node = hierarchy.nodes().get(i);
            if (node.mesh() < 0 || node.skin() < 0) {
                continue;
            }
            int joints = skins.get(node.skin()).joints().length;
            for (Primitive primitive : meshes.get(node.mesh()).primitives()) {
                if (primitive.joint() >= joints) {
                    throw new FarmException(
                            ErrorCode.INVALID_SCENE,
                            primitive.place() + ".attributes.JOINTS_0: joint " + primitive.joint() + " is over the "
                                    + joints + " joints of skins[" + node.skin() + "] at nodes[" + i
                                    + "]; export the file again");
                }
            }
        }
    }

    private void checkShown() {
        Bounds bounds = bounds();
        if (bounds.isEmpty()) {
            throw new FarmException(
                    ErrorCode.INVALID_SCENE,
                    "scenes: the scene shows no triangles; put a mesh with triangles into its nodes");
        }
    }
}
