package farm.tilth.render.cuda;

import static org.bytedeco.cuda.global.cudart.cuMemAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemFree;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoH;
import static org.bytedeco.cuda.global.cudart.cuMemcpyHtoD;
import static org.bytedeco.cuda.global.cudart.cuMemsetD8;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.BytePointer;

/** Memory of a device. Whoever allocates it closes it, on the context's thread. */
final class DeviceBuffer implements AutoCloseable {
    private final long address;
    private final long bytes;

    private DeviceBuffer(long address, long bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    /** Memory that is all zero, on the context of this thread. */
    static DeviceBuffer zeros(CudaContext context, long bytes) {
        context.checkThread();
        long[] address = new long[1];
        Cuda.check(cuMemAlloc(address, bytes), "allocate " + bytes + " bytes");
        DeviceBuffer buffer = new DeviceBuffer(address[0], bytes);
        Cuda.check(cuMemsetD8(address[0], (byte) 0, bytes), "clear memory");
        return buffer;
    }

    static DeviceBuffer copyOf(CudaContext context, MemorySegment content) {
        DeviceBuffer buffer = zeros(context, content.byteSize());
        try (Window window = new Window(content)) {
            Cuda.check(cuMemcpyHtoD(buffer.address, window, content.byteSize()), "take the scene");
        }
        return buffer;
    }

    /** Copies all of it to the machine's own memory. */
    void copyTo(MemorySegment target) {
        try (Window window = new Window(target)) {
            Cuda.check(cuMemcpyDtoH(window, address, bytes), "hand the film over");
        }
    }

    long address() {
        return address;
    }

    @Override
    public void close() {
        Cuda.check(cuMemFree(address), "free memory");
    }

    /** Memory outside of the heap, as JavaCPP sees it. It owns nothing. */
    private static final class Window extends BytePointer {
        Window(MemorySegment segment) {
            address = segment.address();
            limit = segment.byteSize();
            capacity = segment.byteSize();
        }
    }
}
