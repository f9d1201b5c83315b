package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.cuda.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Reads what bsdf_checks.cpp measures; its head says what each figure is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BsdfTest {
    private static final int MATERIALS = 18;
    private static final int ANGLES = 4;
    /** One of 72 deviates lies beyond 4.5 by chance once in 4,000 runs; but the draws are always the same. */
    private static final double DEVIATE = 4.5;

    private static final Set<String> BY_FITS = Set.of("film", "well-brushed", "well-brushed-across", "brushed-lacquer");

    private List<String[]> lines;

    @BeforeAll
    void measure(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(Toolchain.find("g++").isPresent(), "there is no g++ on the PATH");
        Path program = Toolchain.compile(folder, "bsdf_checks.cpp", List.of("-O2", "-mavx2", "-mfma"));
        Path scene = folder.resolve("tables.scene");
        try (SceneBuffer buffer = SceneEncoder.encode(SelftestScene.create(), NodeLayout.PLAIN)) {
            Files.write(scene, buffer.bytes().toArray(JAVA_BYTE));
        }
        lines = Toolchain.run(List.of(program.toString(), scene.toString()))
                .lines()
                .map(line -> line.split(" "))
                .toList();
    }

    @Test
    void densitiesIntegrateToTheShareOfDrawsThatGiveADirection() {
        check("pdf", MATERIALS * ANGLES, Set.of(), figure -> figure < 4e-3);
    }

    @Test
    void directionsAreDrawnWithTheDensityThatIsTold() {
        check("histogram", MATERIALS * ANGLES, Set.of(), figure -> figure < DEVIATE);
    }

    @Test
    void theMeanOfTheDrawsIsTheIntegral() {
        check("estimate", MATERIALS * ANGLES, Set.of(), figure -> figure < DEVIATE);
    }

    @Test
    void whatIsWhiteReturnsAllLight() {
        check("energy", MATERIALS * ANGLES, BY_FITS, figure -> figure > 0.98 && figure < 1.01);
    }

    /** The gain of brushed facets is that of round ones by a fit; a film's colours are fits. */
    @Test
    void brushedMetalAndFilmsReturnNearlyAll() {
        check("energy", MATERIALS * ANGLES, Set.of(), figure -> figure > 0.95 && figure < 1.025);
    }

    @Test
    void facetsReflectAndRefractTheSameBothWays() {
        check("reciprocity", MATERIALS, Set.of(), figure -> figure < 1e-6);
    }

    private void check(String name, int count, Set<String> but, DoublePredicate holds) {
        List<String[]> figures =
                lines.stream().filter(words -> words[0].equals(name)).toList();
        assertEquals(count, figures.size());
        assertAll(figures.stream()
                .filter(words -> !but.contains(words[1]))
                .map(words -> () -> assertTrue(
                        holds.test(Double.parseDouble(words[3])),
                        String.join(" ", Stream.of(words).toList()))));
    }
}
