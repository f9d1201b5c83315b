package farm.tilth.render.loader;

import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.worker.BlobStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the files of a scene are. */
public interface SceneSource {
    /** The path of the .glb or .gltf. */
    String main();

    /** The file at a relative path with '/' that stays inside the scene; empty when the scene has no such file. */
    Optional<Path> find(String path) throws InterruptedException;

    /** A file of this machine with the files beside it. */
    static SceneSource of(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return new SceneSource() {
            @Override
            public String main() {
                return file.getFileName().toString();
            }

            @Override
            public Optional<Path> find(String path) {
                try {
                    return Optional.of(folder.resolve(path)).filter(Files::isRegularFile);
                } catch (InvalidPathException e) {
                    return Optional.empty(); // a name that this machine's file system cannot have
                }
            }
        };
    }

    /** The files of an upload, each fetched when it is needed. */
    static SceneSource of(SceneFiles files, BlobStore blobs) {
        return new SceneSource() {
            @Override
            public String main() {
                return files.main();
            }

            @Override
            public Optional<Path> find(String path) throws InterruptedException {
                return files.files().containsKey(path)
                        ? Optional.of(blobs.file(files.files().get(path)))
                        : Optional.empty();
            }
        };
    }
}
