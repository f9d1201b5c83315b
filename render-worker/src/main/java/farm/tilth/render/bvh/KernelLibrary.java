package farm.tilth.render.bvh;

import farm.tilth.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.bytedeco.javacpp.Loader;

/**
 * Loads the libraries that JavaCPP compiled from the kernel. JavaCPP's own cache tells libraries apart by size and
 * time, which are the same in every reproducible build; here a library's file is named by its content, so that no
 * process runs the machine code of another build.
 */
public final class KernelLibrary {
    private KernelLibrary() {}

    /** Loads the library of a class with native methods; called from its static initialiser. */
    public static void load(Class<?> owner) {
        String resource = Loader.getPlatform() + "/libjni" + owner.getSimpleName() + ".so";
        URL url = owner.getResource(resource);
        if (url == null) {
            throw new IllegalStateException("this build has no " + resource + "; build with Maven on this platform");
        }
        try (InputStream in = url.openStream()) {
            System.load(cached(owner.getSimpleName(), in.readAllBytes()).toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + url, e);
        }
    }

    private static Path cached(String name, byte[] library) throws IOException {
        Path folder = Files.createDirectories(Loader.getCacheDir().toPath().resolve("tilth"));
        Path file = folder.resolve(name + "-" + Digest.of(library).hex() + ".so");
        if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), library)) {
            Path part = Files.createTempFile(folder, name, ".part");
            Files.write(part, library);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return file.toAbsolutePath();
    }
}
