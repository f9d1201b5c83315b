package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.Seal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallReceiptCheckTest {
    private static final SigningKey KEY = SigningKey.generate();
    private static final Receipt.Prices PRICES = new Receipt.Prices(1_000_000, 500);
    private static final int SIZE = 5;

    /** Calls 1 and 3 of a batch of five are the customer's. */
    private final CallReceipt honest = receipt(2 + 4, batch(List.of(call(1, 2), call(3, 4))));

    @Test
    void callsAmongThoseOfOthersAreShownToBePartOfTheSignedBatch() {
        assertEquals(List.of(), CallReceiptCheck.findings(honest));
        assertEquals(List.of(), CallReceiptCheck.findings(Json.read(Json.write(honest), CallReceipt.class)));
    }

    @Test
    void nothingOfAReceiptCanBeChanged() {
        CallReceipt.Batch batch = honest.batches().getFirst();
        CallReceipt.Call first = batch.calls().getFirst();
        for (CallReceipt lie : List.of(
                receipt(7, batch),
                receipt(12, batch, batch),
                receipt(3 + 4, batch(List.of(call(1, 3), call(3, 4)))),
                receipt(6, batch.withKey(SigningKey.generate().publicKey())),
                receipt(
                        6,
                        replaced(
                                batch,
                                new CallReceipt.Call(
                                        first.id(),
                                        first.index(),
                                        Digest.ofText("another answer"),
                                        first.workUnits(),
                                        2))),
                receipt(
                        6,
                        replaced(
                                batch,
                                new CallReceipt.Call(
                                        UUID.randomUUID(), first.index(), first.root(), first.workUnits(), 2))),
                receipt(
                        6,
                        new CallReceipt.Batch(
                                batch.worker(), batch.workerKey(), new byte[] {8}, batch.others(), batch.calls())))) {
            assertFalse(CallReceiptCheck.findings(lie).isEmpty(), lie.toString());
        }
    }

    @Test
    void brokenProofIsAFindingAndNoFault() {
        CallReceipt.Batch batch = honest.batches().getFirst();
        byte[] seal = Seal.newBuilder()
                .setSize(SIZE)
                .addProof(ByteString.copyFromUtf8("no hash"))
                .build()
                .toByteArray();
        CallReceipt broken = receipt(
                6, new CallReceipt.Batch(batch.worker(), batch.workerKey(), seal, batch.others(), batch.calls()));
        assertEquals(1, CallReceiptCheck.findings(broken).size());
    }

    private static CallReceipt.Batch replaced(CallReceipt.Batch batch, CallReceipt.Call first) {
        return new CallReceipt.Batch(
                batch.worker(),
                batch.workerKey(),
                batch.seal(),
                batch.others(),
                List.of(first, batch.calls().getLast()));
    }

    private static CallReceipt receipt(long cost, CallReceipt.Batch... batches) {
        return new CallReceipt(
                CallReceipt.FORMAT, new UUID(1, 1), new UUID(2, 2), Instant.EPOCH, PRICES, cost, List.of(batches));
    }

    private static CallReceipt.Call call(int index, long amount) {
        return new CallReceipt.Call(new UUID(0, index), index, Digest.ofText("rows " + index), index + 1L, amount);
    }

    private static CallReceipt.Batch batch(List<CallReceipt.Call> calls) {
        List<InferenceAnswer> answers = IntStream.range(0, SIZE)
                .mapToObj(i -> InferenceAnswer.newBuilder()
                        .setCallId(new UUID(0, i).toString())
                        .setWorkUnits(i + 1)
                        .setCommitmentRoot(
                                ByteString.copyFrom(Digest.ofText("rows " + i).bytes()))
                        .build())
                .toList();
        BatchCommitment commitment = BatchCommitment.to("batch", answers);
        Seal seal = commitment.seal(2, ByteString.copyFrom(KEY.sign(commitment.statement())));
        TreeMap<Integer, Digest> others = new TreeMap<>();
        for (int i = 0; i < SIZE; i++) {
            others.put(
                    i,
                    BatchCommitment.leaf(
                            new CallCommitment(new UUID(0, i).toString(), Digest.ofText("rows " + i), i + 1L)));
        }
        new ArrayList<>(calls).forEach(call -> others.remove(call.index()));
        return new CallReceipt.Batch(Digest.of(KEY.publicKey()), KEY.publicKey(), seal.toByteArray(), others, calls);
    }
}
