package farm.tilth.inference.tensor;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Joins tensors along their first dimension, and parts them again. BYTES have no rows of a fixed length: not joined. */
public final class RowSlices {
    private RowSlices() {}

    /** Whether two calls can share a batch: the same tensors, of the same types and shapes but for the first dimension. */
    public static boolean joinable(List<Tensor> a, List<Tensor> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!joinable(a.get(i), b.get(i))) {
                return false;
            }
        }
        return !a.isEmpty() && rows(a) > 0 && rows(b) > 0;
    }

    private static boolean joinable(Tensor a, Tensor b) {
        int rank = a.getShapeCount();
        return rank > 0
                && rank == b.getShapeCount()
                && a.getName().equals(b.getName())
                && a.getDatatype().equals(b.getDatatype())
                && !a.getDatatype().equals(Datatype.BYTES.name())
                && a.getShapeList().subList(1, rank).equals(b.getShapeList().subList(1, rank));
    }

    /** The first dimension that all tensors share; 0 when they do not. */
    public static long rows(List<Tensor> tensors) {
        long rows = -1;
        for (Tensor tensor : tensors) {
            long first = tensor.getShapeCount() == 0 || tensor.getDatatype().equals(Datatype.BYTES.name())
                    ? 0
                    : tensor.getShape(0);
            if (first < 1 || rows >= 0 && rows != first) {
                return 0;
            }
            rows = first;
        }
        return Math.max(0, rows);
    }

    /** The calls' tensors under each other, in order; the calls are {@link #joinable}. */
    public static List<Tensor> join(List<List<Tensor>> calls) {
        if (calls.size() == 1) {
            return calls.getFirst();
        }
        List<Tensor> joined = new ArrayList<>();
        for (int i = 0; i < calls.getFirst().size(); i++) {
            Tensor.Builder tensor = calls.getFirst().get(i).toBuilder();
            long rows = 0;
            ByteString content = ByteString.EMPTY;
            for (List<Tensor> call : calls) {
                rows += call.get(i).getShape(0);
                content = content.concat(call.get(i).getContent());
            }
            joined.add(tensor.setShape(0, rows).setContent(content).build());
        }
        return joined;
    }

    /** Rows {@code first} to {@code end} of each tensor. */
    public static List<Tensor> slice(List<Tensor> tensors, long first, long end) {
        return tensors.stream()
                .map(tensor -> {
                    long rowBytes = tensor.getContent().size() / tensor.getShape(0);
                    return tensor.toBuilder()
                            .setShape(0, end - first)
                            .setContent(tensor.getContent()
                                    .substring(Math.toIntExact(first * rowBytes), Math.toIntExact(end * rowBytes)))
                            .build();
                })
                .toList();
    }
}
