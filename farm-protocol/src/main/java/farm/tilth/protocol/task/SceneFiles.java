package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.present;

import farm.tilth.protocol.Digest;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A scene as it was uploaded: a .glb, or a .gltf with the files that it names. Paths are relative, with '/',
 * and never leave the scene's folder.
 *
 * @param main the path of the .glb or .gltf
 * @param files every file of the scene by its path, {@code main} included
 */
public record SceneFiles(String main, SortedMap<String, Digest> files) {
    /** The most files of one scene. */
    public static final int MAX_FILES = 4096;

    public SceneFiles {
        present(main, "the scene's main file");
        files = new TreeMap<>(present(files, "the scene's list of files"));
        check(files.size() <= MAX_FILES, "a scene has at most " + MAX_FILES + " files");
        check(files.containsKey(main), "the scene's main file '" + main + "' is not among its files");
        files.keySet().forEach(path -> Checks.checkInside(path, "scene"));
    }
}
