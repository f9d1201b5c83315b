package farm.tilth.inference.model;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Puts the native libraries of ONNX Runtime and of the tokenizer into the worker's own folder and tells both where they
 * are, before either is loaded. Left alone they would unpack themselves into the system's temporary folder at every
 * start and leave that behind when they are killed, look for others on the network, and report to their makers.
 */
public final class NativeLibraries {
    /** Where to look for ONNX Runtime's libraries instead; a folder with the CUDA provider makes the GPU usable. */
    public static final String RUNTIME_PATH = "onnxruntime.native.path";

    private static final Logger LOG = Logger.getLogger(NativeLibraries.class.getName());
    /** Held, so that its level stays: it tells of every library that it looked for in vain. */
    private static final Logger TOKENIZER_LOG = Logger.getLogger("ai.djl");

    private static final String TOKENIZER_PATH = "RUST_LIBRARY_PATH";
    private static boolean ready;

    private NativeLibraries() {}

    /**
     * Makes the libraries ready; a later call does nothing, since a process loads them once.
     *
     * @throws FarmException with UNAVAILABLE when there are none for this platform, or the folder cannot be written
     */
    public static synchronized void prepare(Path folder) {
        if (ready) {
            return;
        }
        Path target = folder.resolve("native").toAbsolutePath();
        try {
            Files.createDirectories(target);
            stayPrivate(target);
            if (System.getProperty(RUNTIME_PATH) == null) {
                String libraries = "ai/onnxruntime/native/" + runtimePlatform() + "/";
                extract(libraries + System.mapLibraryName("onnxruntime"), target);
                extract(libraries + System.mapLibraryName("onnxruntime4j_jni"), target);
                System.setProperty(RUNTIME_PATH, target.toString());
            }
            if (System.getProperty(TOKENIZER_PATH) == null && System.getenv(TOKENIZER_PATH) == null) {
                String library = "native/lib/" + tokenizerPlatform() + "/cpu/" + System.mapLibraryName("tokenizers");
                System.setProperty(TOKENIZER_PATH, extract(library, target).toString());
            }
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE,
                    "the native libraries cannot be written to " + target + " (" + e.getMessage()
                            + "); free some space or name another data folder",
                    e);
        }
        ready = true;
    }

    /** The system properties by which another process of this program finds the libraries that are ready here. */
    static Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        for (String name : List.of(RUNTIME_PATH, TOKENIZER_PATH)) {
            if (System.getProperty(name) != null) {
                settings.put(name, System.getProperty(name));
            }
        }
        return settings;
    }

    /** Copies a resource of the class path to a file, whole or not at all; does nothing when it is there. */
    static Path extract(String resource, Path folder) throws IOException {
        Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        URL url = NativeLibraries.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE,
                    "there is no " + resource + " on the class path, which this platform (" + os() + ", "
                            + architecture() + ") needs");
        }
        URLConnection content = url.openConnection();
        try (InputStream in = content.getInputStream()) {
            if (!Files.exists(file) || Files.size(file) != content.getContentLengthLong()) {
                Path fresh = Files.createTempFile(folder, file.getFileName().toString(), ".new");
                Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return file;
    }

    /** Nothing is reported, fetched or written elsewhere. */
    private static void stayPrivate(Path folder) {
        TOKENIZER_LOG.setLevel(Level.SEVERE);
        setEnvironment("ORT_DISABLE_TELEMETRY", "1");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("DJL_CACHE_DIR", folder.toString());
        System.setProperty("jna.tmpdir", folder.toString());
    }

    /** ONNX Runtime asks the C library for its environment, which Java can only change through that library. */
    private static void setEnvironment(String name, String value) {
        boolean windows = os().equals("windows");
        Linker linker = Linker.nativeLinker();
        var symbol = linker.defaultLookup().find(windows ? "_putenv_s" : "setenv");
        if (symbol.isEmpty()) {
            LOG.warning("Set " + name + "=" + value + " in the environment: this platform's C library has no setenv.");
            return;
        }
        FunctionDescriptor type = windows
                ? FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS)
                : FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocateFrom(name);
            MemorySegment text = arena.allocateFrom(value);
            var function = linker.downcallHandle(symbol.get(), type);
            int result = windows ? (int) function.invokeExact(key, text) : (int) function.invokeExact(key, text, 1);
            if (result != 0) {
                LOG.warning("Set " + name + "=" + value + " in the environment: setenv failed.");
            }
        } catch (Throwable e) {
            throw new IllegalStateException("setenv cannot be called", e);
        }
    }

    private static String runtimePlatform() {
        return switch (os()) {
            case "linux" -> "linux-" + (architecture().equals("x86_64") ? "x64" : architecture());
            case "mac" -> "osx-" + (architecture().equals("x86_64") ? "x64" : architecture());
            default -> "win-x64";
        };
    }

    private static String tokenizerPlatform() {
        return switch (os()) {
            case "linux" -> "linux-" + architecture();
            case "mac" -> "osx-" + architecture();
            default -> "win-" + architecture();
        };
    }

    private static String os() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.contains("linux") ? "linux" : name.contains("mac") ? "mac" : "windows";
    }

    private static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("amd64") || name.equals("x86_64") ? "x86_64" : "aarch64";
    }
}
