package farm.tilth.render.cuda;

import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static org.bytedeco.cuda.global.cudart.cuDeviceGet;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetAttribute;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetName;
import static org.bytedeco.cuda.global.cudart.cuInit;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A GPU of this machine.
 *
 * @param handle the driver's number for it
 * @param major of its compute capability
 */
public record CudaDevice(int handle, String name, int major, int minor) {
    private static final Optional<String> OBSTACLE = probe();
    private static final int NAME_BYTES = 256;

    /** The first GPU, where there is one that can be used. */
    public static Optional<CudaDevice> first() {
        return OBSTACLE.isEmpty() ? Optional.of(open()) : Optional.empty();
    }

    /** Why {@link #first} is empty, for people; empty when it is not. */
    public static Optional<String> obstacle() {
        return OBSTACLE;
    }

    private static Optional<String> probe() {
        Optional<String> obstacle = CudaProbe.obstacle();
        if (obstacle.isPresent()) {
            return obstacle;
        }
        try {
            open();
            return Optional.empty();
        } catch (LinkageError e) {
            return Optional.of("CUDA's libraries cannot be loaded: " + e.getMessage());
        }
    }

    private static CudaDevice open() {
        Cuda.check(cuInit(0), "start");
        int[] device = new int[1];
        Cuda.check(cuDeviceGet(device, 0), "be found");
        byte[] name = new byte[NAME_BYTES];
        Cuda.check(cuDeviceGetName(name, name.length, device[0]), "tell its name");
        int end = 0;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        return new CudaDevice(
                device[0],
                new String(name, 0, end, StandardCharsets.US_ASCII),
                attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device[0]),
                attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device[0]));
    }

    private static int attribute(int attribute, int device) {
        int[] value = new int[1];
        Cuda.check(cuDeviceGetAttribute(value, attribute, device), "tell its capability");
        return value[0];
    }
}
