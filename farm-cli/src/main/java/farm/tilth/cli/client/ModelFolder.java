package farm.tilth.cli.client;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A model on this machine: an .onnx file, or a folder with one .onnx file and what belongs to it.
 *
 * @param main the path of the .onnx file
 * @param files every file by its path relative to the folder
 */
public record ModelFolder(String main, SortedMap<String, Path> files) {
    private static final int MAX_FILES = 256;
    private static final String SUFFIX = ".onnx";

    /** @throws FarmException with INVALID_MODEL when there is no .onnx file, or more than one */
    public static ModelFolder of(Path given) {
        SortedMap<String, Path> files = new TreeMap<>();
        if (Files.isDirectory(given)) {
            files.putAll(list(given));
        } else if (Files.isRegularFile(given)) {
            files.put(given.getFileName().toString(), given);
        } else {
            throw new FarmException(ErrorCode.NOT_FOUND, given + " is neither a file nor a folder");
        }
        List<String> models = files.keySet().stream()
                .filter(path -> path.toLowerCase(Locale.ROOT).endsWith(SUFFIX))
                .toList();
        if (models.size() != 1) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL, given + " has " + models.size() + " .onnx files; a model has exactly one");
        }
        return new ModelFolder(models.getFirst(), files);
    }

    private static SortedMap<String, Path> list(Path folder) {
        SortedMap<String, Path> files = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(folder)) {
            List<Path> found =
                    tree.filter(Files::isRegularFile).limit(MAX_FILES + 1L).toList();
            if (found.size() > MAX_FILES) {
                throw new FarmException(ErrorCode.TOO_LARGE, folder + " has more than " + MAX_FILES + " files");
            }
            for (Path file : found) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                if (Stream.of(path.split("/")).noneMatch(part -> part.startsWith("."))) {
                    files.put(path, file);
                }
            }
        } catch (IOException e) {
            throw new FarmException(ErrorCode.NOT_FOUND, folder + " cannot be read: " + e.getMessage(), e);
        }
        return files;
    }
}
