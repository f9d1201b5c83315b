package farm.tilth.render.cuda;

import static org.bytedeco.cuda.global.cudart.cuCtxSetCurrent;
import static org.bytedeco.cuda.global.cudart.cuCtxSynchronize;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRelease;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRetain;

import org.bytedeco.cuda.cudart.CUctx_st;

/** A device's primary context, current on the thread that opened it, which is the one that closes it. */
final class CudaContext implements AutoCloseable {
    private final CudaDevice device;
    private final Thread owner = Thread.currentThread();

    private CudaContext(CudaDevice device) {
        this.device = device;
    }

    static CudaContext open(CudaDevice device) {
        CUctx_st context = new CUctx_st();
        Cuda.check(cuDevicePrimaryCtxRetain(context, device.handle()), "make a context");
        Cuda.check(cuCtxSetCurrent(context), "use its context");
        return new CudaContext(device);
    }

    CudaDevice device() {
        return device;
    }

    void checkThread() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("a CUDA context stays on its thread, " + owner.getName());
        }
    }

    void synchronize() {
        Cuda.check(cuCtxSynchronize(), "finish its work");
    }

    @Override
    public void close() {
        checkThread();
        Cuda.check(cuDevicePrimaryCtxRelease(device.handle()), "give its context back");
    }
}
