package farm.tilth.render.bvh;

/** How the boxes of a node lie in memory; what a ray hits does not depend on it. */
public enum NodeLayout {
    /** In full precision, {@code BvhNode} in scene.h: for processors. */
    PLAIN(256),
    /** In bytes, {@code PackedNode} in scene.h: for GPUs. */
    PACKED(128);

    private final long nodeBytes;

    NodeLayout(long nodeBytes) {
        this.nodeBytes = nodeBytes;
    }

    public long nodeBytes() {
        return nodeBytes;
    }
}
