package farm.tilth.render.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.pathtracer.ExternalKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel as nvcc compiles it for a GPU: read, and executed without one. */
class PtxTest {
    @TempDir
    static Path folder;

    private static PtxProgram program;

    @BeforeAll
    static void compileWithNvcc() throws IOException, InterruptedException {
        assumeTrue(Toolchain.find("nvcc").isPresent(), "there is no nvcc on the PATH to make PTX with");
        Path ptx = folder.resolve("path_tracer.ptx");
        Toolchain.run(List.of(
                "nvcc",
                "-ptx",
                "-arch=compute_75",
                "-std=c++17",
                "--fmad=false",
                "-prec-div=true",
                "-prec-sqrt=true",
                "-ftz=false",
                "-o",
                ptx.toString(),
                Toolchain.kernelSources().resolve("path_tracer.cu").toString()));
        program = PtxProgram.parse(Files.readString(ptx));
    }

    @Test
    void everyFloatInstructionIsRoundedToNearest() {
        assertTrue(
                program.instructions().stream().filter(PtxInstruction::isFloat).count() > 1000, "nothing was read");
        assertEquals(List.of(), PtxLint.findings(program));
    }

    @Test
    void executedOnTheProcessorItGivesTheSamePicture() throws IOException, InterruptedException {
        assumeTrue(Toolchain.find("g++").isPresent(), "there is no g++ on the PATH");
        Path translated = folder.resolve("translated.h");
        Files.writeString(translated, PtxTranslator.translate(program));
        Path binary = Toolchain.compile(
                folder, "render_file.cpp", List.of("-O1", "-fwrapv", "-DTILTH_TRANSLATED=\"" + translated + "\""));
        assertEquals(ExternalKernel.expected(), ExternalKernel.render(binary, folder, NodeLayout.PACKED));
    }
}
