package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;

/** A rectangle of a frame, in pixels; the origin is the top left. */
public record TileBounds(int x, int y, int width, int height) {
    public TileBounds {
        check(x >= 0 && y >= 0, "the tile's origin is negative");
        check(width > 0 && height > 0, "the tile is empty");
        check(
                (long) x + width <= Picture.MAX_SIDE && (long) y + height <= Picture.MAX_SIDE,
                "the tile is out of range");
    }

    /** In pixels; at most 2^30. */
    public int area() {
        return width * height;
    }

    public boolean contains(TileBounds other) {
        return other.x >= x
                && other.y >= y
                && other.x + other.width <= x + width
                && other.y + other.height <= y + height;
    }
}
