package farm.tilth.api.job;

/** What a job is about. */
public enum JobKind {
    /** Frames of a scene. */
    RENDER,
    /** Embeddings of rows of text. */
    EMBED,
    /** The inspection of a scene: the farm's own, free, and not listed. */
    INSPECT
}
