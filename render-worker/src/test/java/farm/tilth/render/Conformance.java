package farm.tilth.render;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.Json;
import farm.tilth.render.loader.SceneExtensions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/**
 * The page that says which extensions of glTF are rendered, which scenes of a list show it, and how near their pictures
 * come to the reference pictures that the list names.
 */
final class Conformance {
    private static final int GLB_MAGIC = 0x46546c67;
    private static final String CORE = "glTF 2.0";

    private final SortedMap<String, List<String>> scenesByExtension = new TreeMap<>();
    private final Map<String, Score> scores = new TreeMap<>();
    private final Map<String, SceneList.Peer> peers = new TreeMap<>();
    private final Map<String, String> failures = new TreeMap<>();

    /** PSNR in dB over a white ground at half the reference's size: of the whole frame and of its opaque part. */
    record Score(double frame, double object) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f / %.1f", frame, object);
        }
    }

    /** A scene that was rendered, or could not be. */
    void add(SceneList.Entry entry, Path picture, Optional<String> failure) throws IOException {
        for (String extension : extensionsUsed(entry.model())) {
            scenesByExtension.computeIfAbsent(extension, e -> new ArrayList<>()).add(entry.name());
        }
        if (failure.isPresent()) {
            failures.put(entry.name(), failure.get());
        } else if (entry.golden().filter(Files::isRegularFile).isPresent()) {
            scores.put(entry.name(), score(entry.golden().get(), picture));
            entry.bestPeer().ifPresent(peer -> peers.put(entry.name(), peer));
        }
    }

    /**
     * The page, as Markdown.
     *
     * @param recipe how the pictures were made
     */
    String page(String engine, String recipe) {
        StringBuilder page = new StringBuilder("# What of glTF 2.0 is rendered\n\n");
        page.append("Written by `./tilth bench render`, engine `")
                .append(engine)
                .append("`: ")
                .append(recipe)
                .append(". A score is the PSNR in dB ");
        page.append("against the scene's reference picture, frame / object, over white at half its size.\n\n");
        page.append("| extension | supported | scene | score |\n|---|---|---|---|\n");
        SortedMap<String, String> supported = SceneExtensions.supported();
        TreeMap<String, String> all = new TreeMap<>(supported);
        scenesByExtension.keySet().forEach(e -> all.putIfAbsent(e, "**no**"));
        all.forEach((extension, what) -> {
            List<String> scenes = scenesByExtension.getOrDefault(extension, List.of("–"));
            scenes.forEach(scene -> row(page, extension, what, scene));
        });
        List<String> core = scores.keySet().stream()
                .filter(name -> scenesByExtension.values().stream().noneMatch(scenes -> scenes.contains(name)))
                .toList();
        core.forEach(scene -> row(page, CORE, "yes", scene));
        addPeers(page);
        return page.toString();
    }

    /** What other engines reach on the same scenes, where the list says so. */
    private void addPeers(StringBuilder page) {
        page.append("\n| scene | object, dB | best peer | its object, dB |\n|---|---|---|---|\n");
        peers.forEach((scene, peer) -> page.append(String.format(
                Locale.ROOT,
                "| %s | %.1f | %s | %.1f |\n",
                scene,
                scores.get(scene).object(),
                peer.name(),
                peer.object())));
    }

    private void row(StringBuilder page, String extension, String supported, String scene) {
        String score = failures.containsKey(scene)
                ? "refused: " + failures.get(scene)
                : Optional.ofNullable(scores.get(scene)).map(Score::toString).orElse("–");
        page.append("| ").append(extension).append(" | ").append(supported);
        page.append(" | ").append(scene).append(" | ").append(score).append(" |\n");
    }

    private static List<String> extensionsUsed(Path model) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(model)).order(ByteOrder.LITTLE_ENDIAN);
        boolean binary = bytes.remaining() >= 20 && bytes.getInt(0) == GLB_MAGIC;
        int start = binary ? 20 : 0;
        int length = binary ? Math.min(bytes.getInt(12), bytes.remaining() - start) : bytes.remaining();
        JsonNode root = Json.MAPPER.readTree(new String(bytes.array(), start, length, StandardCharsets.UTF_8));
        List<String> names = new ArrayList<>();
        root.path("extensionsUsed").forEach(name -> names.add(name.asText()));
        return names;
    }

    static Score score(Path golden, Path picture) throws IOException {
        BufferedImage expected = ImageIO.read(golden.toFile());
        BufferedImage found = ImageIO.read(picture.toFile());
        double frame = 0;
        double object = 0;
        long covered = 0;
        int width = expected.getWidth() / 2;
        int height = expected.getHeight() / 2;
        for (int i = 0; i < width * height; i++) {
            double[] want = small(expected, i % width, i / width);
            double[] have = small(found, i % width, i / width);
            double error = 0;
            for (int c = 0; c < 3; c++) {
                error += (want[c] - have[c]) * (want[c] - have[c]);
            }
            frame += error;
            object += want[3] > 0.5 ? error : 0;
            covered += want[3] > 0.5 ? 1 : 0;
        }
        return new Score(decibels(frame / (3.0 * width * height)), decibels(object / (3.0 * Math.max(1, covered))));
    }

    /** A square of 2 × 2 pixels over white: RGB and alpha. */
    private static double[] small(BufferedImage image, int x, int y) {
        double[] mean = new double[4];
        for (int part = 0; part < 4; part++) {
            int argb = image.getRGB(2 * x + part % 2, 2 * y + part / 2);
            double alpha = (argb >>> 24) / 255.0;
            for (int c = 0; c < 3; c++) {
                mean[c] += ((argb >> 16 - 8 * c & 255) / 255.0 * alpha + 1 - alpha) / 4;
            }
            mean[3] += alpha / 4;
        }
        return mean;
    }

    private static double decibels(double meanSquare) {
        return meanSquare < 1e-10 ? 99.99 : -10 * Math.log10(meanSquare);
    }
}
