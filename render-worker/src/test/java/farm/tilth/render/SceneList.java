package farm.tilth.render;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.ToneMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A list of scenes to render, each with its recipe: a JSON file whose paths are relative to it. */
record SceneList(List<Entry> scenes) {
    /** The scale of the input that {@link ToneMap.Curve#ACES} has by itself. */
    private static final double ACES_INPUT_SCALE = 1 / 0.6;

    /**
     * One scene of the list.
     *
     * @param environment absent: the scene's own light alone
     * @param background linear RGB behind the scene; absent: transparent
     * @param animation the number of the one to play; absent: the file's own pose
     * @param seconds the animation's moment
     */
    record Entry(
            String name,
            Path model,
            CameraChoice camera,
            int width,
            int height,
            Optional<Path> environment,
            double environmentDegrees,
            Optional<double[]> background,
            ToneMap toneMap,
            Optional<Integer> animation,
            double seconds,
            Optional<Path> golden,
            Optional<Peer> bestPeer) {}

    /** Another engine's picture of a scene: the PSNR of its object in dB. */
    record Peer(String name, double object) {}

    static SceneList read(Path file) throws IOException {
        JsonNode root = Json.MAPPER.readTree(Files.readString(file));
        Path folder = file.toAbsolutePath().getParent();
        List<Entry> entries = new ArrayList<>();
        for (JsonNode scene : root.path("scenes")) {
            entries.add(entry(scene, folder));
        }
        if (entries.isEmpty()) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, file + " lists no scenes");
        }
        return new SceneList(entries);
    }

    private static Entry entry(JsonNode scene, Path folder) {
        JsonNode camera = scene.path("camera");
        JsonNode animation = scene.path("animation");
        return new Entry(
                scene.path("name").asText(),
                folder.resolve(scene.path("model").asText()),
                new CameraChoice.Placed(
                        numbers(camera.path("position")),
                        numbers(camera.path("target")),
                        numbers(camera.path("up")),
                        camera.path("vfov_deg").asDouble()),
                scene.path("width").asInt(),
                scene.path("height").asInt(),
                path(scene.path("environment"), folder),
                scene.path("environment_rotation_deg").asDouble(),
                background(scene.path("background")),
                toneMap(scene.path("tonemap")),
                animation.has("index") ? Optional.of(animation.path("index").asInt()) : Optional.empty(),
                animation.path("time").asDouble(),
                path(scene.path("golden"), folder),
                bestPeer(scene.path("peers")));
    }

    private static Optional<Peer> bestPeer(JsonNode peers) {
        List<Peer> all = new ArrayList<>();
        peers.fields()
                .forEachRemaining(peer -> all.add(
                        new Peer(peer.getKey(), peer.getValue().path("object").asDouble())));
        return all.stream().max(Comparator.comparingDouble(Peer::object));
    }

    private static ToneMap toneMap(JsonNode recipe) {
        ToneMap.Curve curve =
                switch (recipe.path("name").asText("aces")) {
                    case "aces" -> ToneMap.Curve.ACES;
                    case "linear" -> ToneMap.Curve.LINEAR;
                    case "neutral" -> ToneMap.Curve.NEUTRAL;
                    case "agx" -> ToneMap.Curve.AGX;
                    case "filmic" -> ToneMap.Curve.FILMIC;
                    default ->
                        throw new FarmException(
                                ErrorCode.INVALID_REQUEST, "there is no tone map " + recipe.path("name"));
                };
        double own = curve == ToneMap.Curve.ACES ? ACES_INPUT_SCALE : 1;
        double scale =
                recipe.path("exposure").asDouble(1) * recipe.path("input_scale").asDouble(own) / own;
        Optional<Double> gamma =
                recipe.has("gamma") ? Optional.of(recipe.path("gamma").asDouble()) : Optional.empty();
        return new ToneMap(curve, Math.log(scale) / Math.log(2), gamma, Optional.empty());
    }

    private static Optional<double[]> background(JsonNode background) {
        return background.isArray()
                ? Optional.of(numbers(background).stream().mapToDouble(v -> v).toArray())
                : Optional.empty();
    }

    private static Optional<Path> path(JsonNode path, Path folder) {
        return path.isTextual() ? Optional.of(folder.resolve(path.asText())) : Optional.empty();
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(number -> numbers.add(number.asDouble()));
        return numbers;
    }
}
