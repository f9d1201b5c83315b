package farm.tilth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.EnvironmentMap;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.ToneMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to render, but for the scene; what is absent is the farm's to choose.
 *
 * @param tile the side of a tile, in pixels
 * @param picture how it is taken and what becomes of it
 * @param hardware the class of the workers that are to render it: any, cpu or gpu
 */
public record RenderOrder(
        int width,
        int height,
        int samples,
        Optional<CameraChoice> camera,
        Optional<FrameRange> frames,
        Optional<Integer> tile,
        long seed,
        Picture picture,
        Optional<String> hardware) {
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,4})[xX×]([1-9][0-9]{0,4})");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");

    private static final List<String> CLASSES = List.of("any", "cpu", "gpu");

    /** A picture as the farm takes it by itself. */
    public RenderOrder(
            int width,
            int height,
            int samples,
            Optional<CameraChoice> camera,
            Optional<FrameRange> frames,
            Optional<Integer> tile,
            long seed) {
        this(width, height, samples, camera, frames, tile, seed, Picture.DEFAULT);
    }

    /** A picture that workers of any class render. */
    public RenderOrder(
            int width,
            int height,
            int samples,
            Optional<CameraChoice> camera,
            Optional<FrameRange> frames,
            Optional<Integer> tile,
            long seed,
            Picture picture) {
        this(width, height, samples, camera, frames, tile, seed, picture, Optional.empty());
    }

    /** How a picture is taken and what becomes of it; what is absent or empty is left out of the order. */
    public record Picture(
            Optional<Optics> optics,
            Optional<ToneMap> toneMap,
            List<Layer> layers,
            Processing processing,
            Optional<String> variant,
            Optional<Bounces> bounces,
            Optional<Double> indirectClamp) {
        /** As the farm does it by itself. */
        public static final Picture DEFAULT = new Picture(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Processing.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        private void addTo(ObjectNode render) {
            optics.ifPresent(value -> render.set("optics", Json.MAPPER.valueToTree(value)));
            toneMap.ifPresent(value -> render.set("toneMap", Json.MAPPER.valueToTree(value)));
            processing.addTo(render);
            variant.ifPresent(value -> render.put("variant", value));
            bounces.ifPresent(most -> {
                render.put("maxBounces", most.total());
                render.putObject("bounces")
                        .put("diffuse", most.diffuse())
                        .put("glossy", most.glossy())
                        .put("transmission", most.transmission());
            });
            indirectClamp.ifPresent(value -> render.put("indirectClamp", value));
            if (!layers.isEmpty()) {
                render.set("layers", Json.MAPPER.valueToTree(layers));
            }
        }
    }

    /** What takes the noise out of pictures, and the models that they then go through. */
    public record Processing(Optional<Denoiser> denoiser, List<Model> models) {
        /** Nothing. */
        public static final Processing NONE = new Processing(Optional.empty(), List.of());

        private void addTo(ObjectNode render) {
            denoiser.ifPresent(value -> render.set("denoiser", Json.MAPPER.valueToTree(value)));
            if (!models.isEmpty()) {
                ArrayNode steps = render.putArray("steps");
                models.forEach(
                        model -> steps.addObject().put("model", model.name).put("space", model.space.name()));
            }
        }
    }

    /** A model by its name, with the colours that it knows. */
    public record Model(String name, ModelStep.Space space) {
        /** Reads "NAME", or "NAME:srgb" for a model of display colours. */
        public static Model parse(String text) {
            int colon = text.indexOf(':');
            String space = colon < 0 ? "linear" : text.substring(colon + 1);
            return switch (space.toLowerCase(Locale.ROOT)) {
                case "linear" -> new Model(colon < 0 ? text : text.substring(0, colon), ModelStep.Space.LINEAR);
                case "srgb" -> new Model(text.substring(0, colon), ModelStep.Space.SRGB);
                default -> throw invalid("a model is given as NAME, NAME:linear or NAME:srgb, not '" + text + "'");
            };
        }
    }

    /** A picture's size. */
    public record Size(int width, int height) {
        /** Reads "1280x720". */
        public static Size parse(String text) {
            Matcher size = SIZE.matcher(text);
            if (!size.matches()) {
                throw invalid("the size is given as 1280x720, not '" + text + "'");
            }
            return new Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
        }
    }

    /** Reads "1-24", or "5" for one frame. */
    public static FrameRange parseFrames(String text, double framesPerSecond) {
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw invalid("the frames are given as 1-24, not '" + text + "'");
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        return new FrameRange(first, last, framesPerSecond);
    }

    /** Reads a camera's name, or the JSON of a {@link CameraChoice}. */
    public static CameraChoice parseCamera(String text) {
        return text.stripLeading().startsWith("{") ? Json.read(text, CameraChoice.class) : new CameraChoice.Named(text);
    }

    /** Reads a class of hardware as the farm names it. */
    public static String parseHardware(String text) {
        if (!CLASSES.contains(text)) {
            throw invalid("the hardware is given as " + String.join(", ", CLASSES) + ", not '" + text + "'");
        }
        return text;
    }

    public int frameCount() {
        return frames.map(FrameRange::count).orElse(1);
    }

    /** The document that submits it. */
    public JsonNode request(String scene, Optional<Digest> environment) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        ObjectNode render = document.putObject("render")
                .put("scene", scene)
                .put("width", width)
                .put("height", height)
                .put("samples", samples)
                .put("seed", seed);
        camera.ifPresent(value -> render.set("camera", Json.MAPPER.valueToTree(value)));
        frames.ifPresent(value -> render.set("frames", Json.MAPPER.valueToTree(value)));
        tile.ifPresent(value -> render.put("tile", value));
        picture.addTo(render);
        hardware.ifPresent(value -> render.put("hardware", value));
        environment.ifPresent(
                file -> render.set("environment", Json.MAPPER.valueToTree(new EnvironmentMap(file, 0, 1, true))));
        return document;
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}
