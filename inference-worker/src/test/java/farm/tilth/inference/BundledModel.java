package farm.tilth.inference;

import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.OnnxRuntime;
import java.nio.file.Path;

/** The bundled model for tests, unpacked once per build. */
final class BundledModel {
    static final Path DATA = Path.of("target", "worker").toAbsolutePath();
    static final OnnxRuntime RUNTIME = OnnxRuntime.start(DATA, 1);

    private BundledModel() {}

    static LoadedModel load() {
        return LoadedModel.load(RUNTIME, ModelFiles.bundled(DATA));
    }

    static OnnxExecutor executor(boolean trusted) {
        return new OnnxExecutor(RUNTIME, java.util.List.of(load()), trusted);
    }
}
