package farm.tilth.render;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the command line of the benchmark asks for.
 *
 * @param samples of a pixel of the picture that comes out
 * @param factor how many pixels are rendered along the side of one of them
 * @param denoise whether the noise is taken out, at the size at which it is rendered, before the tone map
 * @param only the names to render; empty: all
 */
record RenderBenchmarkOptions(
        Path scenes, Path out, int samples, int factor, int bounces, long seed, boolean denoise, List<String> only) {
    static final String USAGE = """
            usage: ./tilth bench render --scenes SCENES.json --out DIR [options]

              --samples N      of a pixel (default 256)
              --only A,B       these scenes alone
              --supersample K  render at K times the size, and make it smaller after the tone map (default 2; 1 below 8)
              --bounces N      scattering events of a path (default 12)
              --seed N         chooses the noise (default 0)
              --no-denoise     leave the noise in, which is otherwise taken out before the tone map
            """;
    private static final Set<String> NAMES =
            Set.of("--scenes", "--out", "--samples", "--only", "--supersample", "--bounces", "--seed");
    private static final String NO_DENOISE = "--no-denoise";
    private static final int DEFAULT_SAMPLES = 256;
    private static final int MOST_SUPERSAMPLING = 8;
    /** From so many samples on every one of 2 × 2 rendered pixels has the two that the denoiser needs at least. */
    private static final int LEAST_TO_SUPERSAMPLE = 8;

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    static RenderBenchmarkOptions parse(String[] args) {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals(NO_DENOISE)) {
                given.put(args[i--], "");
                continue;
            }
            if (!NAMES.contains(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException("'" + args[i] + "' is not an option with a value\n\n" + USAGE);
            }
            given.put(args[i], args[i + 1]);
        }
        if (!given.containsKey("--scenes") || !given.containsKey("--out")) {
            throw new IllegalArgumentException("--scenes and --out are needed\n\n" + USAGE);
        }
        int samples = number(given, "--samples", DEFAULT_SAMPLES, 1, 1 << 20);
        int factor = number(given, "--supersample", samples < LEAST_TO_SUPERSAMPLE ? 1 : 2, 1, MOST_SUPERSAMPLING);
        return new RenderBenchmarkOptions(
                Path.of(given.get("--scenes")),
                Path.of(given.get("--out")),
                samples,
                factor,
                number(given, "--bounces", 12, 0, 64),
                number(given, "--seed", 0, 0, Integer.MAX_VALUE),
                !given.containsKey(NO_DENOISE),
                given.containsKey("--only") ? List.of(given.get("--only").split(",")) : List.of());
    }

    private static int number(Map<String, String> given, String name, int absent, int least, int most) {
        String text = given.get(name);
        if (text == null) {
            return absent;
        }
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(
                    name + " is '" + text + "'; it must be a number from " + least + " to " + most);
        }
        return Integer.parseInt(text);
    }

    /** The samples of a rendered pixel: at least as many as were asked for of a pixel that comes out. */
    int samplesPerRenderedPixel() {
        return Math.ceilDiv(samples, factor * factor);
    }

    /** How the pictures are made, in words. */
    String recipe() {
        return samplesPerRenderedPixel() * factor * factor + " samples a pixel, rendered at " + factor
                + " times the size, " + (denoise ? "denoised" : "not denoised");
    }

    /** The scenes to render, in the list's order. */
    List<SceneList.Entry> chosen(SceneList list) {
        if (only.isEmpty()) {
            return list.scenes();
        }
        List<SceneList.Entry> chosen = new ArrayList<>();
        for (SceneList.Entry entry : list.scenes()) {
            if (only.contains(entry.name())) {
                chosen.add(entry);
            }
        }
        if (chosen.size() != only.stream().distinct().count()) {
            throw new IllegalArgumentException("the list has " + chosen.size() + " of the scenes " + only + "; it has "
                    + list.scenes().stream().map(SceneList.Entry::name).toList());
        }
        return chosen;
    }
}
