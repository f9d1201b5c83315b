package farm.tilth.inference.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import farm.tilth.inference.model.MeasuredBefore.Measured;
import farm.tilth.inference.tensor.OnnxTensors;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.wire.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A model that is loaded and described; owns its session. For one thread at a time. */
public final class OnnxModel implements AutoCloseable {
    private static final String ATTENTION_MASK = "attention_mask";

    private final OnnxRuntime runtime;
    private final OrtSession session;
    private final ModelDescription description;

    private OnnxModel(OnnxRuntime runtime, OrtSession session, ModelDescription description) {
        this.runtime = runtime;
        this.session = session;
        this.description = description;
    }

    /**
     * Loads a model and measures whether its rows are independent of the batch that they are in, and what its
     * convolutions cost.
     *
     * @throws FarmException with INVALID_MODEL when it cannot be run
     */
    public static OnnxModel load(OnnxRuntime runtime, ModelFiles files) {
        try {
            Digest version = Digest.ofFile(files.onnx());
            Optional<Measured> known = MeasuredBefore.find(files, version, runtime.engine());
            OnnxModel model = describe(runtime, files, version);
            Measured measured = known.isPresent() ? known.get() : model.measure(files);
            if (known.isEmpty()) {
                MeasuredBefore.remember(files, version, runtime.engine(), measured);
            }
            return model.as(measured.in(model.description));
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL, files.onnx().getFileName() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Measured measure(ModelFiles files) {
        Calibration calibration = new BatchInvariance(this).measure() ? Calibration.EXACT : Calibration.DEPENDENT;
        List<List<Tensor>> tries = List.of(TrialTensors.usual(description));
        return Measured.of(new ConvolutionMeter(runtime, files)
                .metered(description.calibrated(calibration), tries, new ArrayList<>()));
    }

    /** Loads a model that was described before. */
    public static OnnxModel open(OnnxRuntime runtime, ModelFiles files, ModelDescription description) {
        return new OnnxModel(runtime, runtime.open(files.onnx()), description);
    }

    /** Loads a model and describes it, but for its calibration. */
    static OnnxModel describe(OnnxRuntime runtime, ModelFiles files, Digest version) {
        long unitsPerToken = OnnxGraph.read(files.onnx()).multiplyAddsPerToken();
        OrtSession session = runtime.open(files.onnx());
        try {
            List<TensorDescription> inputs = describe(session.getInputInfo().values());
            List<TensorDescription> outputs =
                    labelled(describe(session.getOutputInfo().values()), files.labels());
            return new OnnxModel(
                    runtime,
                    session,
                    new ModelDescription(
                            files.name(),
                            version,
                            runtime.engine(),
                            inputs,
                            outputs,
                            files.tokenizer().isPresent() ? width(files, outputs) : 0,
                            files.maxTokens(),
                            Calibration.DEPENDENT,
                            unitsPerToken));
        } catch (OrtException e) {
            close(session);
            throw new FarmException(
                    ErrorCode.INVALID_MODEL, files.onnx().getFileName() + " cannot be described: " + e.getMessage(), e);
        } catch (FarmException e) {
            close(session);
            throw e;
        }
    }

    /** Loads a model with other rewrites of its graph, and another number of threads. */
    static OnnxModel rewritten(OnnxRuntime runtime, ModelFiles files, OptLevel level) {
        return new OnnxModel(runtime, runtime.open(files.onnx(), level, 2), null);
    }

    /**
     * Runs a file once for the shapes of some of its outputs.
     *
     * @throws FarmException with INVALID_MODEL when it does not run
     */
    static Map<String, long[]> shapes(OnnxRuntime runtime, Path onnx, List<Tensor> inputs, Set<String> wanted) {
        OrtSession session = runtime.open(onnx, OptLevel.NO_OPT, 2);
        Map<String, OnnxTensor> values = new LinkedHashMap<>();
        try {
            for (Tensor input : inputs) {
                values.put(input.getName(), OnnxTensors.toOnnx(runtime.environment(), input));
            }
            Map<String, long[]> shapes = new HashMap<>();
            try (OrtSession.Result result = session.run(values, wanted)) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    shapes.put(
                            output.getKey(),
                            ((OnnxTensor) output.getValue()).getInfo().getShape());
                }
            }
            return shapes;
        } catch (OrtException e) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL, "the shapes of the model's tensors are unknown: " + e.getMessage(), e);
        } finally {
            values.values().forEach(OnnxTensor::close);
            close(session);
        }
    }

    /** The same session with another description. */
    OnnxModel as(ModelDescription other) {
        return new OnnxModel(runtime, session, other);
    }

    private static List<TensorDescription> labelled(List<TensorDescription> outputs, List<String> labels) {
        if (labels.isEmpty() || outputs.isEmpty()) {
            return outputs;
        }
        TensorDescription first = outputs.getFirst();
        long classes = first.shape().isEmpty() ? 0 : first.shape().getLast();
        if (classes > 0 && classes != labels.size()) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL,
                    "there are " + labels.size() + " labels, but '" + first.name() + "' has " + classes + " classes");
        }
        List<TensorDescription> named = new ArrayList<>(outputs);
        named.set(0, new TensorDescription(first.name(), first.datatype(), first.shape(), labels));
        return named;
    }

    public ModelDescription description() {
        return description;
    }

    /** Runs the model on tensors that {@link CallCheck} accepts; the outputs come in the model's order. */
    public List<Tensor> run(List<Tensor> inputs) {
        Map<String, OnnxTensor> values = new LinkedHashMap<>();
        try {
            for (Tensor input : inputs) {
                values.put(input.getName(), OnnxTensors.toOnnx(runtime.environment(), input));
            }
            try (OrtSession.Result result = session.run(values)) {
                List<Tensor> outputs = new ArrayList<>();
                for (Map.Entry<String, OnnxValue> output : result) {
                    outputs.add(OnnxTensors.fromOnnx(output.getKey(), (OnnxTensor) output.getValue()));
                }
                return outputs;
            }
        } catch (OrtException e) {
            throw new FarmException(
                    ErrorCode.INVALID_TENSOR, "the model cannot run on these tensors: " + e.getMessage(), e);
        } finally {
            values.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * Runs a model of texts on rows of tokens, padded to the longest.
     *
     * @return the hidden states of all positions of all rows, padding included: rows × longest × dimensions
     */
    public float[] hiddenStates(List<long[]> rows) {
        int longest = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        long[] shape = {rows.size(), longest};
        Map<String, OnnxTensor> values = new LinkedHashMap<>();
        try {
            for (String input : session.getInputNames()) {
                values.put(
                        input, OnnxTensor.createTensor(runtime.environment(), tokenInput(input, rows, longest), shape));
            }
            try (OrtSession.Result result = session.run(values)) {
                return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
            }
        } catch (OrtException e) {
            throw new FarmException(
                    ErrorCode.INVALID_TENSOR, "the model cannot run on these tokens: " + e.getMessage(), e);
        } finally {
            values.values().forEach(OnnxTensor::close);
        }
    }

    private static LongBuffer tokenInput(String input, List<long[]> rows, int longest) {
        LongBuffer values = ByteBuffer.allocateDirect(rows.size() * longest * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
        for (int i = 0; i < rows.size(); i++) {
            long[] row = rows.get(i);
            for (int j = 0; j < row.length; j++) {
                switch (input) {
                    case CallCheck.TOKENS -> values.put(i * longest + j, row[j]);
                    case ATTENTION_MASK -> values.put(i * longest + j, 1);
                    default -> {
                        // token_type_ids: one text alone is of type 0.
                    }
                }
            }
        }
        return values;
    }

    @Override
    public void close() {
        close(session);
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new FarmException(ErrorCode.INTERNAL, "ONNX Runtime cannot close a session: " + e.getMessage(), e);
        }
    }

    private static List<TensorDescription> describe(Collection<NodeInfo> nodes) {
        List<TensorDescription> tensors = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo info)) {
                throw new FarmException(
                        ErrorCode.INVALID_MODEL,
                        "'" + node.getName() + "' is not a tensor; sequences and maps are not supported");
            }
            List<Long> shape = Arrays.stream(info.getShape()).boxed().toList();
            tensors.add(new TensorDescription(
                    node.getName(), OnnxTensors.datatype(info, node.getName()).name(), shape));
        }
        return tensors;
    }

    private static int width(ModelFiles files, List<TensorDescription> outputs) {
        List<Long> shape = outputs.getFirst().shape();
        if (shape.size() != 3
                || shape.getLast() < 1
                || !outputs.getFirst().datatype().equals("FP32")) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL,
                    files.name() + " has a tokenizer, but its first output is not FP32 [-1, -1, dimensions]");
        }
        return Math.toIntExact(shape.getLast());
    }
}
