package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.render.cuda.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelIdentityTest {
    @Test
    void engineIsNamedByTheDigest() {
        assertTrue(KernelIdentity.engine().matches("pathtracer-[0-9a-f]{16}"), KernelIdentity.engine());
        assertTrue(
                KernelIdentity.digest().hex().startsWith(KernelIdentity.engine().substring(11)));
    }

    @Test
    void everyFileOfTheKernelCounts() throws IOException {
        SortedMap<String, String> sources = KernelIdentity.sources();
        try (Stream<Path> files = Files.list(Toolchain.kernelSources())) {
            List<Path> kernel =
                    files.filter(f -> f.toString().matches(".*\\.(h|cu)")).toList();
            assertTrue(kernel.size() > 10, "the sources are not where they are looked for");
            for (Path file : kernel) {
                assertEquals(
                        Files.readString(file), sources.get(file.getFileName().toString()), file.toString());
            }
        }
        assertTrue(sources.containsKey("farm/tilth/render/scene/Scene.java"), "what reads a scene counts too");
    }

    @Test
    void anyChangeOfASourceIsAnotherEngine() {
        SortedMap<String, String> sources = KernelIdentity.sources();
        Digest before = KernelIdentity.digestOf(sources);
        assertEquals(KernelIdentity.digest(), before);
        sources.merge("bsdf.h", " ", String::concat);
        assertNotEquals(before, KernelIdentity.digestOf(sources));
    }

    @Test
    void selftestGivesTheSameDigestOnEveryDevice() throws InterruptedException {
        assertEquals(Selftest.expected(), Selftest.run(2));
    }
}
