package farm.tilth.protocol.task;

import java.util.Optional;

/**
 * How the camera takes a picture.
 *
 * @param lens absent: a pinhole
 * @param shutter absent: one moment
 * @param filter absent when read: {@link PixelFilter#BOX}
 */
public record Optics(Optional<Lens> lens, Optional<Shutter> shutter, PixelFilter filter) {
    /** A pinhole that opens for a moment, and square pixels. */
    public static final Optics DEFAULT = new Optics(Optional.empty(), Optional.empty(), PixelFilter.BOX);

    public Optics {
        lens = lens == null ? Optional.empty() : lens;
        shutter = shutter == null ? Optional.empty() : shutter;
        filter = filter == null ? PixelFilter.BOX : filter;
    }
}
