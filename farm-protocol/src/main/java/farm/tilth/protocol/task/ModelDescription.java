package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.present;

import farm.tilth.protocol.Digest;
import java.util.List;
import java.util.Optional;

/**
 * A model version, as the worker that loaded it describes it.
 *
 * @param name what clients call it: "all-minilm-l6-v2"
 * @param version the digest of its ONNX file
 * @param engine the runtime and its version: another runtime's results are another engine's
 * @param inputs in the model's order; −1 is a dynamic dimension
 * @param embeddingDimensions the length of the embedding of a text; 0 when the model does not embed texts
 * @param maxTokens of one text
 * @param calibration what was measured when the model was taken in
 * @param workUnitsPerToken multiply-adds for one token of one row (1 token a row where there are none, or {@code
 *     numbersPerToken})
 * @param picture present for a model that turns pictures into a picture
 * @param numbersPerToken so many numbers of its inputs count as one token; absent where tokens or rows do
 */
public record ModelDescription(
        String name,
        Digest version,
        String engine,
        List<TensorDescription> inputs,
        List<TensorDescription> outputs,
        int embeddingDimensions,
        int maxTokens,
        Calibration calibration,
        long workUnitsPerToken,
        Optional<PictureForm> picture,
        Optional<Integer> numbersPerToken) {
    /** How the name of an engine ends that is a runtime on a GPU. */
    public static final String ON_GPU = "-cuda";

    public ModelDescription {
        present(name, "the model's name");
        check(name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"), "the model's name has a character that is not allowed");
        present(version, "the model's version");
        present(engine, "the model's engine");
        inputs = List.copyOf(present(inputs, "the model's inputs"));
        outputs = List.copyOf(present(outputs, "the model's outputs"));
        present(calibration, "the model's calibration");
        check(workUnitsPerToken > 0, "the model's work units per token must be positive");
        picture = picture == null ? Optional.empty() : picture;
        numbersPerToken = numbersPerToken == null ? Optional.empty() : numbersPerToken;
        check(numbersPerToken.orElse(1) > 0, "a token is at least one number");
    }

    /** A model whose tokens, or rows, are what is metered. */
    public ModelDescription(
            String name,
            Digest version,
            String engine,
            List<TensorDescription> inputs,
            List<TensorDescription> outputs,
            int embeddingDimensions,
            int maxTokens,
            Calibration calibration,
            long workUnitsPerToken,
            Optional<PictureForm> picture) {
        this(
                name,
                version,
                engine,
                inputs,
                outputs,
                embeddingDimensions,
                maxTokens,
                calibration,
                workUnitsPerToken,
                picture,
                Optional.empty());
    }

    /** A model of anything but pictures. */
    public ModelDescription(
            String name,
            Digest version,
            String engine,
            List<TensorDescription> inputs,
            List<TensorDescription> outputs,
            int embeddingDimensions,
            int maxTokens,
            Calibration calibration,
            long workUnitsPerToken) {
        this(
                name,
                version,
                engine,
                inputs,
                outputs,
                embeddingDimensions,
                maxTokens,
                calibration,
                workUnitsPerToken,
                Optional.empty());
    }

    /** Whether a row's result is the same to the bit in any batch, as measured. */
    public boolean batchInvariant() {
        return calibration.batchInvariant();
    }

    /**
     * Whether an engine may run the model: the one that it was measured on, or the same runtime on another kind of
     * device, within the tolerance that was measured; a model without one stays where it was.
     */
    public boolean runsOn(String other) {
        return engine.equals(other)
                || (calibration.tolerance() > 0 && runtime(engine).equals(runtime(other)));
    }

    /** The runtime of an engine, whatever device it runs on: "onnx-1.29.0" of "onnx-1.29.0-cuda". */
    public static String runtime(String engine) {
        return engine.endsWith(ON_GPU) ? engine.substring(0, engine.length() - ON_GPU.length()) : engine;
    }

    /** The same model with another calibration. */
    public ModelDescription calibrated(Calibration measured) {
        return with(measured, workUnitsPerToken, picture, numbersPerToken);
    }

    /** The same model, of which it is known now how it takes pictures. */
    public ModelDescription ofPictures(Optional<PictureForm> form) {
        return with(calibration, workUnitsPerToken, form, numbersPerToken);
    }

    /**
     * The same model, of whose work more is known now.
     *
     * @param unitsPerToken multiply-adds for a token
     * @param numbers that are a token; absent where tokens or rows are
     */
    public ModelDescription metered(long unitsPerToken, Optional<Integer> numbers) {
        return with(calibration, unitsPerToken, picture, numbers);
    }

    /** What the worker finds out about a model after it has read the file. */
    private ModelDescription with(
            Calibration measured, long unitsPerToken, Optional<PictureForm> form, Optional<Integer> numbers) {
        return new ModelDescription(
                name,
                version,
                engine,
                inputs,
                outputs,
                embeddingDimensions,
                maxTokens,
                measured,
                unitsPerToken,
                form,
                numbers);
    }

    /**
     * What was measured of a model: how its results may differ, and what it needs.
     *
     * @param batchInvariant whether a row's result is the same to the bit in any batch
     * @param tolerance the largest difference between two right results of one engine class, relative to the largest
     *     magnitude of the tensor; 0 where they are equal to the bit
     * @param maxBatch the most rows that one run takes; 1 for a model whose first dimension is fixed
     * @param memoryBytes what a worker needs to hold it
     */
    public record Calibration(boolean batchInvariant, double tolerance, int maxBatch, long memoryBytes) {
        /** Of a model that gives the same bits in any batch, however large. */
        public static final Calibration EXACT = new Calibration(true, 0, Integer.MAX_VALUE, 0);

        /** Of a model whose rows depend on what stands beside them. */
        public static final Calibration DEPENDENT = new Calibration(false, 0, Integer.MAX_VALUE, 0);

        /**
         * Processors with other instructions add in another order, and so do GPUs: what the bundled sentence model
         * answers differs by 2.7e-7 between AVX2 and AVX-512.
         */
        private static final double ROUNDING = 0x1p-16;

        public Calibration {
            check(tolerance >= 0 && tolerance < 1, "a tolerance is from 0 to below 1");
            check(maxBatch > 0, "a model takes at least one row");
            check(memoryBytes >= 0, "a model's memory is not negative");
        }

        /** By how much right results of two machines may differ, relative to the largest magnitude of the tensor. */
        public double betweenMachines() {
            return Math.max(tolerance, ROUNDING);
        }
    }

    /**
     * A tensor that the model reads or writes.
     *
     * @param datatype of the Open Inference Protocol: INT64, FP32, …
     * @param shape −1 for a dynamic dimension
     * @param labels of the classes along the last dimension; none where nobody named them
     */
    public record TensorDescription(String name, String datatype, List<Long> shape, List<String> labels) {
        public TensorDescription(String name, String datatype, List<Long> shape) {
            this(name, datatype, shape, List.of());
        }

        public TensorDescription {
            labels = labels == null ? List.of() : List.copyOf(labels);
            present(name, "the tensor's name");
            present(datatype, "the tensor's datatype");
            shape = List.copyOf(present(shape, "the tensor's shape"));
        }
    }
}
