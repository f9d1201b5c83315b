package farm.tilth.render.pathtracer;

import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.cuda.Toolchain;
import farm.tilth.render.scene.Scene;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The traversal against Embree's single-ray queries, on the same triangles and rays, in turn.
 *
 * <p>{@code EmbreeBenchmark [SCENE.glb | TRIANGLES]}; without a scene it takes the one of {@link KernelBenchmark}.
 */
public final class EmbreeBenchmark {
    private static final String ROUNDS = "9";
    private static final Path HEADER = Path.of("/usr/include/embree3/rtcore.h");

    private EmbreeBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (!Files.exists(HEADER)) {
            System.err.println("there is no Embree 3 to compare with; install it: apt install libembree-dev");
            System.exit(1);
        }
        Scene scene = KernelBenchmark.scene(args);
        Path folder = Files.createTempDirectory("tilth-embree");
        Path file = folder.resolve("scene");
        Path program = Toolchain.compile(
                folder, "embree_rays.cpp", List.of("-O2", "-Wl,--no-as-needed", "-lembree3", "-pthread"));
        try (SceneBuffer buffer = KernelBenchmark.encode(scene, NodeLayout.PLAIN);
                FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long bytes = buffer.bytes().byteSize();
            for (long at = 0; at < bytes; ) {
                long part = Math.min(bytes - at, 1L << 28);
                at += out.write(buffer.bytes().asSlice(at, part).asByteBuffer());
            }
        }
        Process process = new ProcessBuilder(program.toString(), file.toString(), ROUNDS)
                .inheritIO()
                .start();
        int status = process.waitFor();
        Files.delete(file);
        Files.delete(program);
        Files.delete(folder);
        System.exit(status);
    }
}
