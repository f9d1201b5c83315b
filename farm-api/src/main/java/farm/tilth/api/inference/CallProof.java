package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.BatchCommitment;
import farm.tilth.protocol.result.CallCommitment;
import farm.tilth.protocol.result.CallReceipt;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What shows a paid call to be the work of its worker: its place in a batch that the worker signed. The answer itself
 * is not kept: whoever has it can tell that it has this root.
 */
record CallProof(Batch batch, int index, Digest root) {
    /**
     * A batch without its answers.
     *
     * @param seal the wire's Seal of one of its answers
     * @param leaves of all its answers, in order
     */
    record Batch(Digest worker, byte[] seal, List<Digest> leaves) {
        /** As a receipt shows it that has these of its calls. */
        CallReceipt.Batch with(List<CallReceipt.Call> calls) {
            SortedMap<Integer, Digest> others = new TreeMap<>();
            for (int i = 0; i < leaves.size(); i++) {
                others.put(i, leaves.get(i));
            }
            calls.forEach(call -> others.remove(call.index()));
            return new CallReceipt.Batch(worker, new byte[0], seal, others, calls);
        }
    }

    CallReceipt.Call of(CallCharges.Work work, long amount) {
        return new CallReceipt.Call(work.charge().call(), index, root, work.workUnits(), amount);
    }

    /** The works with their proofs; of the same calls in the same order. */
    static List<CallCharges.Work> added(List<CallCharges.Work> works, List<AnsweredCall> calls) {
        Map<InferenceReply, Reply> replies = new IdentityHashMap<>();
        List<CallCharges.Work> proven = new ArrayList<>(works.size());
        for (int i = 0; i < works.size(); i++) {
            CallCharges.Work work = works.get(i);
            AnsweredCall answered = calls.get(i);
            Reply reply = replies.computeIfAbsent(answered.reply(), of -> Reply.of(work.worker(), answered));
            proven.add(work.with(reply.proof(work.charge().call(), answered.answer())));
        }
        return proven;
    }

    /** A batch, and where in it its calls are. */
    private record Reply(Batch batch, Map<String, Integer> places) {
        static Reply of(Digest worker, AnsweredCall one) {
            Map<String, Integer> places = new HashMap<>();
            List<Digest> leaves = new ArrayList<>();
            for (InferenceAnswer answer : BatchCommitment.committed(one.reply())) {
                places.put(answer.getCallId(), leaves.size());
                leaves.add(BatchCommitment.leaf(
                        new CallCommitment(answer.getCallId(), root(answer), answer.getWorkUnits())));
            }
            return new Reply(new Batch(worker, one.sealed().getSeal().toByteArray(), leaves), places);
        }

        CallProof proof(UUID call, InferenceAnswer answer) {
            return new CallProof(batch, places.get(call.toString()), root(answer));
        }

        private static Digest root(InferenceAnswer answer) {
            return Digest.fromBytes(answer.getCommitmentRoot().toByteArray());
        }
    }
}
