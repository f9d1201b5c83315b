package farm.tilth.render.bvh;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;

/** The C++ builder. Addresses are raw: whoever passes one keeps the memory alive. */
@Platform(include = "bvh_builder.h")
@Namespace("tilth")
final class NativeBvh {
    static {
        KernelLibrary.load(NativeBvh.class);
    }

    private NativeBvh() {}

    /** Returns the number of nodes, or 0 when memory ran out. */
    @Name("build_bvh")
    static native int build(
            @Cast("const void*") long positions,
            @Cast("const void*") long triangles,
            int triangleCount,
            @Cast("void*") long nodes,
            @Cast("void*") long order);
}
