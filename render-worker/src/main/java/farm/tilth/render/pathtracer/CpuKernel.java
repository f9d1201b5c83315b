package farm.tilth.render.pathtracer;

import farm.tilth.render.bvh.KernelLibrary;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;

/** The C++ kernel compiled for this processor. Addresses are raw: whoever passes one keeps the memory alive. */
@Platform(include = "cpu_kernel.h")
@Namespace("tilth")
final class CpuKernel {
    static {
        KernelLibrary.load(CpuKernel.class);
    }

    private CpuKernel() {}

    /** The highest instruction level of this processor: 1, 3 or 4 for x86-64, x86-64-v3 and x86-64-v4. */
    @Name("cpu_level")
    static native int level();

    /** The address of memory that is all 0; 0 when there is none. */
    @Name("address_of_new_pages")
    static native long newPages(long bytes);

    @Name("release_pages_at")
    static native void releasePages(long address, long bytes);

    /** Adds the samples of a rectangle to a film: {@code Work} and {@code View} of cpu_kernel.h. */
    @Name("render_at_level")
    static native void render(int level, @Cast("const void*") long work, @Cast("const void*") long view);
}
