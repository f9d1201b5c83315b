package farm.tilth.inference;

import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.OnnxRuntime;
import java.nio.file.Path;
import java.util.List;

/** The bundled model for tests, unpacked once per build. */
final class BundledModel {
    static final Path DATA = Path.of("target", "worker").toAbsolutePath();

    private BundledModel() {}

    static LoadedModel load(int threads) {
        return LoadedModel.load(OnnxRuntime.start(DATA, threads), ModelFiles.bundled(DATA));
    }

    static OnnxExecutor executor(boolean trusted) {
        return executor(trusted, 1);
    }

    static OnnxExecutor executor(boolean trusted, int threads) {
        OnnxRuntime runtime = OnnxRuntime.start(DATA, threads);
        return new OnnxExecutor(
                runtime, shelf(runtime, List.of(load(threads)), 1L << 30), DATA.resolve("steps"), trusted);
    }

    static ModelShelf shelf(OnnxRuntime runtime, List<LoadedModel> bundled, long memoryBytes) {
        return new ModelShelf(runtime, bundled, DATA.resolve("models").resolve("uploaded"), memoryBytes);
    }
}
