package farm.tilth.inference.tensor;

import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** By how much two results of the same model differ. */
public final class TensorDifference {
    private TensorDifference() {}

    /**
     * The largest difference of two elements in the same place, relative to the largest magnitude of their tensor: 0 for
     * equal bits, 1 where anything but floats differs, or a shape does.
     */
    public static double of(List<Tensor> a, List<Tensor> b) {
        if (a.size() != b.size()) {
            return 1;
        }
        double most = 0;
        for (int i = 0; i < a.size(); i++) {
            most = Math.max(most, of(a.get(i), b.get(i)));
        }
        return most;
    }

    private static double of(Tensor a, Tensor b) {
        if (a.equals(b)) {
            return 0;
        }
        Datatype datatype = Datatype.find(a.getDatatype()).orElse(Datatype.BYTES);
        boolean floats = datatype == Datatype.FP32 || datatype == Datatype.FP64 || datatype == Datatype.FP16;
        if (!floats
                || !a.getDatatype().equals(b.getDatatype())
                || !a.getShapeList().equals(b.getShapeList())
                || a.getContent().size() != b.getContent().size()) {
            return 1;
        }
        ByteBuffer left = a.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer right = b.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        double largest = 0;
        double difference = 0;
        while (left.remaining() >= datatype.elementBytes()) {
            double x = next(left, datatype);
            double y = next(right, datatype);
            if (Double.compare(x, y) != 0) {
                double distance = Math.abs(x - y);
                difference = Double.isFinite(distance) ? Math.max(difference, distance) : Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, Double.isFinite(x) ? Math.abs(x) : 0);
        }
        return difference == 0 ? 0 : Math.min(1, difference / Math.max(largest, Double.MIN_NORMAL));
    }

    private static double next(ByteBuffer content, Datatype datatype) {
        return switch (datatype) {
            case FP64 -> content.getDouble();
            case FP16 -> Float.float16ToFloat(content.getShort());
            default -> content.getFloat();
        };
    }
}
