package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import farm.tilth.render.cuda.Toolchain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MathTest {
    /** What exact_math.h promises; absolute errors in units of 2^-24, relative ones in ulp, pow's as a share. */
    private static final Map<String, Double> BOUNDS = Map.ofEntries(
            Map.entry("sin_turns", 2.5),
            Map.entry("cos_turns", 2.5),
            Map.entry("sin", 3.4),
            Map.entry("cos", 3.4),
            Map.entry("sin_small", 3.0),
            Map.entry("atan2", 4.0),
            Map.entry("asin", 4.0),
            Map.entry("acos", 6.7),
            Map.entry("exp2", 2.0),
            Map.entry("log2", 4.0),
            Map.entry("pow", 1.0),
            Map.entry("floor", 0.0));

    @Test
    void elementaryFunctionsKeepTheErrorsThatTheyPromise(@TempDir Path folder)
            throws IOException, InterruptedException {
        assumeTrue(Toolchain.find("g++").isPresent(), "there is no g++ on the PATH");
        Path program = Toolchain.compile(folder, "math_errors.cpp", List.of("-O2"));
        List<String> lines = Toolchain.run(List.of(program.toString())).lines().toList();
        assertEquals(BOUNDS.size(), lines.size());
        assertAll(lines.stream().map(line -> line.split(" ")).map(words -> () -> {
            double error = Double.parseDouble(words[1]);
            assertTrue(error <= BOUNDS.get(words[0]), words[0] + " is off by " + error);
        }));
    }
}
