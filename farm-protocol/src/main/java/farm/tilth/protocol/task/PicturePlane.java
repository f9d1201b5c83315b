package farm.tilth.protocol.task;

import java.util.Optional;

/** What of a frame a model can be given: three channels each. */
public enum PicturePlane {
    /** The picture: linear and premultiplied by alpha, or as a display shows it. */
    COLOR(Optional.empty()),
    /** The base colour of the first surface. */
    ALBEDO(Optional.of(Layer.ALBEDO)),
    /** The shading normal of the first surface, in world space. */
    NORMAL(Optional.of(Layer.NORMAL));

    /** The channels of each. */
    public static final int CHANNELS = 3;

    private final Optional<Layer> layer;

    PicturePlane(Optional<Layer> layer) {
        this.layer = layer;
    }

    /** The layer of the film that it is; empty for the picture itself. */
    public Optional<Layer> layer() {
        return layer;
    }
}
