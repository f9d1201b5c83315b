package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.cuda.Toolchain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the optimiser does to the kernel changes no bit of a picture. */
class OptimizationLevelTest {
    @TempDir
    Path folder;

    @BeforeEach
    void needsACompiler() {
        assumeTrue(Toolchain.find("g++").isPresent(), "there is no g++ on the PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-O0", "-O1", "-O3"})
    void everyOptimizationLevelGivesTheSamePicture(String flag) throws IOException, InterruptedException {
        Digest expected = ExternalKernel.expected();
        Path program = Toolchain.compile(folder, "render_file.cpp", List.of(flag));
        assertEquals(expected, ExternalKernel.render(program, folder, NodeLayout.PLAIN));
    }
}
