package farm.tilth.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import farm.tilth.inference.batch.TextTokenizer;
import farm.tilth.inference.model.ModelFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime as a developer would use it at once: its default options, tensors that are made beforehand. */
final class BareLoop implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final TextTokenizer tokenizer;
    private final Map<List<String>, Map<String, OnnxTensor>> prepared = new HashMap<>();

    /**
     * A loop of its own.
     *
     * @param spinning whether its threads wait by spinning, as ONNX Runtime's do unless told otherwise
     */
    BareLoop(int threads, boolean spinning) throws OrtException {
        ModelFiles files = ModelFiles.bundled(BundledModel.DATA);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.addConfigEntry("session.intra_op.allow_spinning", spinning ? "1" : "0");
            session = environment.createSession(files.onnx().toString(), options);
        }
        tokenizer = TextTokenizer.open(files.tokenizer().orElseThrow());
    }

    int run(List<String> sentences) {
        try (OrtSession.Result result = session.run(prepared.computeIfAbsent(sentences, this::tensors))) {
            ((OnnxTensor) result.get(0)).getFloatBuffer();
            return sentences.size();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The tokens of sentences. */
    List<long[]> tokens(List<String> sentences) {
        return sentences.stream().map(tokenizer::tokens).toList();
    }

    private Map<String, OnnxTensor> tensors(List<String> sentences) {
        List<long[]> rows = tokens(sentences);
        int longest = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        long[] shape = {rows.size(), longest};
        LongBuffer ids = longs(rows.size() * longest);
        LongBuffer mask = longs(rows.size() * longest);
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < rows.get(i).length; j++) {
                ids.put(i * longest + j, rows.get(i)[j]);
                mask.put(i * longest + j, 1);
            }
        }
        try {
            return Map.of(
                    "input_ids", OnnxTensor.createTensor(environment, ids, shape),
                    "attention_mask", OnnxTensor.createTensor(environment, mask, shape),
                    "token_type_ids", OnnxTensor.createTensor(environment, longs(rows.size() * longest), shape));
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LongBuffer longs(int count) {
        return ByteBuffer.allocateDirect(count * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    @Override
    public void close() throws OrtException {
        prepared.values().forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
        tokenizer.close();
        session.close();
    }
}
