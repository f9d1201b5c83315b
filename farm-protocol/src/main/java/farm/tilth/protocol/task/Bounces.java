package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.checkRange;

/**
 * The most scattering events of a path: of all kinds together, and of each kind. A path that has used up one of them
 * still sees what shines where it goes next, and ends there. Blender's Cycles does the same, but does not count the
 * first: its 4 diffuse bounces are 5 here. Surfaces that are seen through by their alpha are no scattering: any number
 * is passed.
 *
 * @param total from 0 to {@link #MAX}; the work is priced by it
 * @param diffuse from 1 to {@link #MAX}: reflections by matt surfaces and cloth
 * @param glossy reflections by highlights and coats
 * @param transmission ways through a surface: glass, and light that a thin or cloudy body lets through
 */
public record Bounces(int total, int diffuse, int glossy, int transmission) {
    /** The most of any kind. */
    public static final int MAX = 64;

    public Bounces {
        checkRange(total, 0, MAX, "the number of bounces");
        checkRange(diffuse, 1, MAX, "the number of diffuse bounces");
        checkRange(glossy, 1, MAX, "the number of glossy bounces");
        checkRange(transmission, 1, MAX, "the number of transmission bounces");
    }

    /** So many in all, of whatever kind. */
    public static Bounces ofAnyKind(int total) {
        return new Bounces(total, MAX, MAX, MAX);
    }
}
