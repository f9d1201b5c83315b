package farm.tilth.render.pathtracer;

import farm.tilth.protocol.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which kernel this is: the digest of everything that decides a picture's bits, which is the kernel's C++ and the Java
 * that reads and encodes a scene. Workers with different kernels are different engines.
 */
public final class KernelIdentity {
    private static final String FOLDER = "/farm/tilth/render/kernel";
    private static final int NAME_DIGITS = 16;
    private static final SortedMap<String, String> SOURCES = load();
    private static final Digest DIGEST = digestOf(SOURCES);

    private KernelIdentity() {}

    /** The engine's name: {@code pathtracer-} and the first 16 digits of the digest. */
    public static String engine() {
        return "pathtracer-" + DIGEST.hex().substring(0, NAME_DIGITS);
    }

    public static Digest digest() {
        return DIGEST;
    }

    /** The sources by their path; the C++ ones lie at the top. */
    public static SortedMap<String, String> sources() {
        return new TreeMap<>(SOURCES);
    }

    static Digest digestOf(SortedMap<String, String> sources) {
        MessageDigest sha = Digest.sha256();
        sources.forEach((name, text) -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sha.update((name + "\n" + bytes.length + "\n").getBytes(StandardCharsets.UTF_8));
            sha.update(bytes);
        });
        return Digest.fromBytes(sha.digest());
    }

    private static SortedMap<String, String> load() {
        URL folder = KernelIdentity.class.getResource(FOLDER);
        if (folder == null) {
            throw new IllegalStateException("the kernel's sources are not packed at " + FOLDER + "; build with Maven");
        }
        try {
            return read(folder.toURI());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the kernel's sources at " + folder, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SortedMap<String, String> read(URI folder) throws IOException {
        if (!"jar".equals(folder.getScheme())) {
            return readFolder(Path.of(folder));
        }
        String jar = folder.toString();
        URI archive = URI.create(jar.substring("jar:".length(), jar.indexOf("!/")));
        try (FileSystem files = FileSystems.newFileSystem(Path.of(archive), Map.of())) {
            return readFolder(files.getPath(FOLDER));
        }
    }

    private static SortedMap<String, String> readFolder(Path folder) throws IOException {
        SortedMap<String, String> sources = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(KernelIdentity::isSource).toList()) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                sources.put(name, Files.readString(path));
            }
        }
        return sources;
    }

    private static boolean isSource(Path path) {
        String name = path.toString();
        return name.endsWith(".h") || name.endsWith(".cu") || name.endsWith(".java");
    }
}
