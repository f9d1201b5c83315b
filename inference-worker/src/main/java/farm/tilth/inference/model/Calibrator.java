package farm.tilth.inference.model;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import farm.tilth.inference.batch.TextTokenizer;
import farm.tilth.inference.tensor.RowSlices;
import farm.tilth.inference.tensor.TensorDifference;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import farm.tilth.protocol.task.ModelReport;
import farm.tilth.protocol.wire.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Runs a model once and measures what its results depend on: the batch, the optimiser's rewrites and the threads. What
 * right results differ by, eight times over, is the tolerance within which another class of engine may differ.
 */
final class Calibrator {
    private static final double SAFETY = 8;
    private static final double MOST_TOLERANT = 0.5;
    private static final int ROWS = 3;
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final int PAGE_BYTES = 4096;

    private final OnnxRuntime runtime;
    private final ModelFiles files;
    private final List<String> notes = new ArrayList<>();

    Calibrator(OnnxRuntime runtime, ModelFiles files) {
        this.runtime = runtime;
        this.files = files;
    }

    /** A trial that the model ran on; {@code openDimension} is absent when it is the sample. */
    private record Trial(List<Tensor> inputs, List<Tensor> outputs, Optional<Integer> openDimension) {}

    /**
     * Measures the model.
     *
     * @param sandbox what this process is kept from
     * @throws FarmException with INVALID_MODEL when it does not run
     */
    ModelReport measure(Digest version, String sandbox) {
        long before = residentBytes();
        try (OnnxModel model = OnnxModel.describe(runtime, files, version)) {
            files.tokenizer().ifPresent(file -> TextTokenizer.open(file).close());
            Trial trial = trial(model);
            long begin = System.nanoTime();
            model.run(trial.inputs);
            long micros = (System.nanoTime() - begin) / 1000;
            long memory = Math.max(residentBytes() - before, Files.size(files.onnx()));
            boolean invariant = trial.openDimension
                    .map(open -> new BatchInvariance(model, open).measure())
                    .orElse(false);
            double byBatch = invariant ? 0 : batchDifference(model, trial);
            double tolerance = Math.min(MOST_TOLERANT, SAFETY * rewriteDifference(trial));
            ModelDescription description = model.description()
                    .calibrated(new Calibration(invariant, tolerance, maxBatch(model.description()), memory))
                    .ofPictures(PictureTrial.of(model));
            description = metered(description, trial);
            if (!invariant) {
                notes.add("its rows depend on their batch, or could not be measured: no two calls share a run");
            }
            return new ModelReport(description, byBatch, micros, sandbox, notes);
        } catch (IOException e) {
            throw new FarmException(ErrorCode.INVALID_MODEL, "the model cannot be read: " + e.getMessage(), e);
        }
    }

    private ModelDescription metered(ModelDescription model, Trial trial) {
        List<List<Tensor>> tries = trial.openDimension.isEmpty()
                ? List.of(trial.inputs)
                : List.of(TrialTensors.usual(model), trial.inputs);
        return new ConvolutionMeter(runtime, files).metered(model, tries, notes);
    }

    private Trial trial(OnnxModel model) {
        if (files.sample().isPresent()) {
            List<Tensor> inputs = TrialTensors.sample(files.sample().get(), model.description());
            return new Trial(inputs, run(model, inputs), Optional.empty());
        }
        FarmException last = null;
        for (int open : TrialTensors.OPEN_DIMENSIONS) {
            try {
                List<Tensor> inputs = TrialTensors.of(model.description(), 1, open, new Random(TrialTensors.SEED));
                return new Trial(inputs, model.run(inputs), Optional.of(open));
            } catch (FarmException e) {
                last = e;
            }
        }
        throw new FarmException(
                ErrorCode.INVALID_MODEL,
                "the model does not run on any tensors that were tried (" + last.getMessage()
                        + "); give an example request as its sample",
                last);
    }

    private static List<Tensor> run(OnnxModel model, List<Tensor> inputs) {
        try {
            return model.run(inputs);
        } catch (FarmException e) {
            throw new FarmException(ErrorCode.INVALID_MODEL, "on its sample, " + e.getMessage(), e);
        }
    }

    private double batchDifference(OnnxModel model, Trial trial) {
        if (trial.openDimension.isEmpty()) {
            return 0;
        }
        try {
            List<Tensor> inputs = TrialTensors.of(
                    model.description(), ROWS, trial.openDimension.get(), new Random(TrialTensors.SEED));
            List<Tensor> together = model.run(inputs);
            if (RowSlices.rows(inputs) != ROWS || RowSlices.rows(together) != ROWS) {
                return 0;
            }
            double most = 0;
            for (int row = 0; row < ROWS; row++) {
                List<Tensor> alone = model.run(RowSlices.slice(inputs, row, row + 1));
                most = Math.max(most, TensorDifference.of(alone, RowSlices.slice(together, row, row + 1)));
            }
            return most;
        } catch (FarmException notInBatches) {
            notes.add("it does not run on more than one row");
            return 0;
        }
    }

    /** By how much the results change with other rewrites of the graph and another number of threads. */
    private double rewriteDifference(Trial trial) {
        double most = 0;
        for (OptLevel level : List.of(OptLevel.NO_OPT, OptLevel.ALL_OPT)) {
            try (OnnxModel other = OnnxModel.rewritten(runtime, files, level)) {
                most = Math.max(most, TensorDifference.of(trial.outputs, other.run(trial.inputs)));
            } catch (FarmException e) {
                notes.add("it does not run at optimisation level " + level);
            }
        }
        return most;
    }

    private static int maxBatch(ModelDescription model) {
        boolean open = model.inputs().stream()
                .allMatch(input -> !input.shape().isEmpty() && input.shape().getFirst() < 0);
        return open ? Integer.MAX_VALUE : 1;
    }

    /** What this process keeps in memory; 0 where the system does not say. */
    private static long residentBytes() {
        try {
            return Long.parseLong(Files.readString(STATM).split(" ")[1]) * PAGE_BYTES;
        } catch (IOException | RuntimeException unknown) {
            return 0;
        }
    }
}
