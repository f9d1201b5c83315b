package farm.tilth.cli.client;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a job's files go on this machine. A folder (one that exists, or a path that ends with '/') takes them all; a
 * file name takes the one of its kind (.png, .exr, .mp4, .jsonl); a pattern as "frame-####.png" or "frame-%04d.png"
 * takes all of its kind by their frame's number.
 */
public final class OutputTarget {
    private static final Pattern HASHES = Pattern.compile("#+");
    private static final Pattern PERCENT = Pattern.compile("%0?([1-9])?d");
    private static final Pattern FRAME_NUMBER = Pattern.compile("(\\d+)\\.[A-Za-z0-9]+$");

    private final Path path;
    private final boolean folder;

    private OutputTarget(Path path, boolean folder) {
        this.path = path;
        this.folder = folder;
    }

    public static OutputTarget of(String text) {
        Path path = Path.of(text);
        return new OutputTarget(
                path,
                text.endsWith("/") || Files.isDirectory(path) || extension(text).isEmpty());
    }

    /**
     * Refuses, before anything is spent, a target that cannot hold what a job will bring.
     *
     * @param frames how many pictures the job has
     */
    public void check(int frames) {
        String kind = extension(path.toString());
        boolean picture = kind.equals("png") || kind.equals("exr");
        if (!folder && frames > 1 && picture && !isPattern()) {
            throw invalid(path + " is one file for " + frames + " frames; name a folder, a video (.mp4) or a pattern "
                    + "such as frame-####." + kind);
        }
        if (!folder && !picture && !kind.equals("mp4") && !kind.equals("jsonl")) {
            throw invalid(path + ": there are .png, .exr and .mp4 files, or a folder for all of them");
        }
    }

    /** The job's files that were asked for, each with its place. */
    public SortedMap<Path, Job.Output> places(List<Job.Output> outputs) {
        SortedMap<Path, Job.Output> places = new TreeMap<>();
        String kind = extension(path.toString());
        for (Job.Output output : outputs) {
            if (folder) {
                places.put(path.resolve(plainName(output)), output);
            } else if (extension(output.name()).equals(kind)) {
                places.put(isPattern() ? numbered(output) : path, output);
            }
        }
        if (places.isEmpty()) {
            throw new FarmException(
                    ErrorCode.NOT_FOUND,
                    "the job has no ." + kind + " file; it has "
                            + outputs.stream().map(Job.Output::name).toList());
        }
        return places;
    }

    private boolean isPattern() {
        String name = path.getFileName().toString();
        return HASHES.matcher(name).find() || PERCENT.matcher(name).find();
    }

    private Path numbered(Job.Output output) {
        Matcher number = FRAME_NUMBER.matcher(output.name());
        long frame = number.find() ? Long.parseLong(number.group(1)) : 0;
        String name = path.getFileName().toString();
        name = HASHES.matcher(name)
                .replaceAll(hashes -> padded(frame, hashes.group().length()));
        name = PERCENT.matcher(name)
                .replaceAll(
                        percent -> padded(frame, percent.group(1) == null ? 1 : Integer.parseInt(percent.group(1))));
        return path.resolveSibling(name);
    }

    private static String padded(long number, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "d", number);
    }

    /** A farm's word is no reason to write outside the folder. */
    private static String plainName(Job.Output output) {
        String name = output.name();
        if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
            throw new FarmException(
                    ErrorCode.INTERNAL, "the farm names a file '" + name + "', which is no file's name");
        }
        return name;
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= name.lastIndexOf('/') + 1 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}
