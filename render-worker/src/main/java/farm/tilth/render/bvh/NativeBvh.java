package farm.tilth.render.bvh;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;

/** The C++ builder, bvh_forest.h. Addresses are raw: whoever passes one keeps the memory alive. */
@Platform(include = "bvh_forest.h")
@Namespace("tilth")
final class NativeBvh {
    static {
        KernelLibrary.load(NativeBvh.class);
    }

    private NativeBvh() {}

    /** Fills a {@code Grown} from a {@code ForestInput}; returns 0 when memory ran out. */
    @Name("grow_forest")
    static native int grow(@Cast("const void*") long input, @Cast("void*") long result);

    @Name("write_forest")
    static native void write(
            @Cast("void*") long forest, int packs, @Cast("void*") long nodes, @Cast("void*") long blocks);

    @Name("release_forest")
    static native void release(@Cast("void*") long forest);
}
