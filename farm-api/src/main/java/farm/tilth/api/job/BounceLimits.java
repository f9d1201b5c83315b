package farm.tilth.api.job;

import farm.tilth.protocol.task.Bounces;

/**
 * The most bounces of each kind, as an order gives them; what is left out is as in Blender's Cycles: 5 diffuse, 5
 * glossy and 13 transmission, which Cycles, not counting the first, calls 4, 4 and 12.
 */
public record BounceLimits(Integer diffuse, Integer glossy, Integer transmission) {
    public BounceLimits {
        diffuse = diffuse == null ? 5 : diffuse;
        glossy = glossy == null ? 5 : glossy;
        transmission = transmission == null ? 13 : transmission;
    }

    Bounces below(int total) {
        return new Bounces(total, diffuse, glossy, transmission);
    }
}
