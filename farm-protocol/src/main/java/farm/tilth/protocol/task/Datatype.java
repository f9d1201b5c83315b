package farm.tilth.protocol.task;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The element types of tensors, by their names in the Open Inference Protocol. */
public enum Datatype {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8),
    /** Elements of any length: each one is a length of 4 bytes, little-endian, and that many bytes. */
    BYTES(0);

    private final int elementBytes;

    Datatype(int elementBytes) {
        this.elementBytes = elementBytes;
    }

    /** Bytes of one element; 0 when elements differ in length. */
    public int elementBytes() {
        return elementBytes;
    }

    public static Optional<Datatype> find(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * The datatype of that name.
     *
     * @throws FarmException with INVALID_TENSOR that names the tensor and all datatypes
     */
    public static Datatype of(String name, String tensor) {
        return find(name)
                .orElseThrow(() -> new FarmException(
                        ErrorCode.INVALID_TENSOR,
                        "tensor '%s': there is no datatype '%s'; the datatypes are %s"
                                .formatted(
                                        tensor,
                                        name.length() > 40 ? name.substring(0, 40) + "…" : name,
                                        Arrays.stream(values())
                                                .map(Datatype::name)
                                                .collect(Collectors.joining(", ")))));
    }
}
