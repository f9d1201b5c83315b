package farm.tilth.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.OutputTarget;
import farm.tilth.cli.client.RenderOrder;
import farm.tilth.cli.client.SceneFolder;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.FrameRange;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Renders a scene on a farm and fetches the pictures. */
@Command(
        name = "render",
        description = "Render a scene (.glb, or .gltf with its files) on a farm.",
        mixinStandardHelpOptions = true)
final class RenderCommand extends FarmCommand {
    @Parameters(paramLabel = "SCENE", description = "A .glb, or a .gltf; the files that it names are sent along.")
    private Path scene;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "OUT",
            description = "A .png, .exr or .mp4, a pattern (frame-####.png), or a folder for everything.")
    private String out;

    @Option(names = "--size", paramLabel = "WxH", description = "In pixels (default: ${DEFAULT-VALUE}).")
    private String size = "1280x720";

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Paths through each pixel (default: ${DEFAULT-VALUE}).")
    private int samples = 64;

    @Option(
            names = "--camera",
            paramLabel = "NAME|JSON",
            description = "A camera of the scene, or one such as {\"type\":\"placed\",\"position\":[0,1,5],"
                    + "\"target\":[0,1,0],\"up\":[0,1,0],\"vfovDegrees\":40} (default: the first).")
    private String camera;

    @Option(names = "--environment", paramLabel = "HDR", description = "Light from a Radiance .hdr picture.")
    private Path environment;

    @Option(names = "--frames", paramLabel = "A-B", description = "Render the animation's frames A to B.")
    private String frames;

    @Option(names = "--fps", paramLabel = "N", description = "Frames per second (default: ${DEFAULT-VALUE}).")
    private double framesPerSecond = 24;

    @Option(names = "--tile", paramLabel = "N", description = "The side of a tile, in pixels (default: the farm's).")
    private Integer tile;

    @Option(
            names = "--hardware",
            paramLabel = "CLASS",
            description = "Render on workers of one class alone, at its price: cpu or gpu (default: any).")
    private String hardware;

    @Option(names = "--seed", paramLabel = "N", description = "Chooses the noise (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private PictureOptions picture;

    @Mixin
    private FollowOptions follow;

    RenderCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(Farm farm, Console console) throws InterruptedException {
        RenderOrder order = order();
        OutputTarget target = OutputTarget.of(out);
        target.check(order.frameCount());
        String id = farm.uploadScene(SceneFolder.of(scene), console::progress);
        Optional<Digest> light =
                environment == null ? Optional.empty() : Optional.of(farm.upload(environment, console::progress));
        Job submitted = farm.submit(order.request(id, light));
        Job job = Farm.completed(follow.follow(farm, submitted.id(), console));
        ObjectNode document = Downloads.fetch(farm, job, target, console);
        console.document(document);
        return 0;
    }

    private RenderOrder order() {
        RenderOrder.Size pixels = RenderOrder.Size.parse(size);
        Optional<FrameRange> range =
                Optional.ofNullable(frames).map(text -> RenderOrder.parseFrames(text, framesPerSecond));
        return new RenderOrder(
                pixels.width(),
                pixels.height(),
                samples,
                Optional.ofNullable(camera).map(RenderOrder::parseCamera),
                range,
                Optional.ofNullable(tile),
                seed,
                picture.picture(),
                Optional.ofNullable(hardware).map(RenderOrder::parseHardware));
    }
}
