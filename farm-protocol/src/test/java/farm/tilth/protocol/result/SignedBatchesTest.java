package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.Seal;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignedBatchesTest {
    private static final SigningKey KEY = SigningKey.generate();

    @Test
    void eachAnswerOfEachBatchCanBeShownAlone() {
        for (int batches = 1; batches <= 5; batches++) {
            for (InferenceAnswer answer : sealed(batches)) {
                assertTrue(BatchCommitment.verify(answer, KEY.publicKey()), answer.getCallId() + " of " + batches);
                assertFalse(BatchCommitment.verify(answer, SigningKey.generate().publicKey()));
            }
        }
    }

    @Test
    void aSealThatSaysSomethingElseIsNotTheWorkersWord() {
        InferenceAnswer honest = sealed(4).get(3);
        Digest other = Digest.ofText("another");
        for (Consumer<Seal.Builder> lie : List.<Consumer<Seal.Builder>>of(
                seal -> seal.setBatchIndex(0),
                seal -> seal.setBatchCount(3),
                seal -> seal.setBatchCount(0),
                seal -> seal.setBatchId("another"),
                seal -> seal.setBatchWorkUnits(1),
                seal -> seal.clearBatchProof(),
                seal -> seal.setBatchProof(0, ByteString.copyFrom(other.bytes())))) {
            InferenceAnswer.Builder answer = honest.toBuilder();
            lie.accept(answer.getSealBuilder());
            assertFalse(
                    BatchCommitment.verify(answer.build(), KEY.publicKey()),
                    answer.getSeal().toString());
        }
    }

    @Test
    void whatIsSentHasTheSameStatement() {
        List<Digest> leaves =
                IntStream.range(0, 3).mapToObj(i -> Digest.ofText("leaf " + i)).toList();
        BatchSignature.Builder sent = BatchSignature.newBuilder();
        leaves.forEach(leaf -> sent.addLeaves(ByteString.copyFrom(leaf.bytes())));
        assertArrayEquals(
                new SignedBatches(leaves).statement(),
                SignedBatches.of(sent.build()).statement());
    }

    /** The answers of so many batches of two answers each, which share a signature. */
    private static List<InferenceAnswer> sealed(int batches) {
        List<List<InferenceAnswer>> answers =
                IntStream.range(0, batches).mapToObj(SignedBatchesTest::answers).toList();
        List<BatchCommitment> commitments = IntStream.range(0, batches)
                .mapToObj(i -> BatchCommitment.to("batch " + i, answers.get(i)))
                .toList();
        List<Digest> leaves = commitments.stream()
                .map(batch -> SignedBatches.leaf(batch.statement()))
                .toList();
        SignedBatches signed = new SignedBatches(leaves);
        ByteString signature = ByteString.copyFrom(KEY.sign(signed.statement()));
        List<InferenceAnswer> sealed = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            for (int j = 0; j < answers.get(i).size(); j++) {
                Seal seal = signed.seal(commitments.get(i).seal(j, signature), leaves.get(i));
                sealed.add(answers.get(i).get(j).toBuilder().setSeal(seal).build());
            }
        }
        return sealed;
    }

    private static List<InferenceAnswer> answers(int batch) {
        return IntStream.range(0, 2)
                .mapToObj(i -> {
                    Tensor tensor = Tensor.newBuilder()
                            .setName("x")
                            .setDatatype("INT8")
                            .addShape(2)
                            .setContent(ByteString.copyFrom(new byte[] {(byte) batch, (byte) i}))
                            .build();
                    String call = "call " + batch + " " + i;
                    CallCommitment commitment = CallCommitment.to(call, List.of(tensor), 2);
                    return InferenceAnswer.newBuilder()
                            .setCallId(call)
                            .setTensors(TensorList.newBuilder().addTensors(tensor))
                            .setWorkUnits(2)
                            .setCommitmentRoot(
                                    ByteString.copyFrom(commitment.root().bytes()))
                            .build();
                })
                .toList();
    }
}
