package farm.tilth.render.pathtracer;

/**
 * The material model of bsdf.h in double precision, written down once more and integrated by brute force for a view
 * direction.
 */
final class GltfReference {
    private static final int GRID = 700;

    private final double albedo;
    private final double metallic;
    private final double alpha2;
    private final double[] wo;
    private final double mirrorAlbedo;
    private final double coatAlbedo;

    GltfReference(double albedo, double metallic, double roughness, double cosine) {
        this.albedo = albedo;
        this.metallic = metallic;
        this.alpha2 = Math.pow(roughness, 4);
        this.wo = new double[] {Math.sqrt(1 - cosine * cosine), 0, cosine};
        this.mirrorAlbedo = integrate(wi -> specular(wi, 1));
        this.coatAlbedo = integrate(wi -> specular(wi, 0.04)) * compensation(0.04);
    }

    private interface Function {
        double at(double[] wi);
    }

    private double compensation(double f0) {
        return 1 + f0 * (1 / mirrorAlbedo - 1);
    }

    private double specular(double[] wi, double f0) {
        double[] h = {wo[0] + wi[0], wo[1] + wi[1], wo[2] + wi[2]};
        double length = Math.sqrt(h[0] * h[0] + h[1] * h[1] + h[2] * h[2]);
        double nh = h[2] / length;
        double vh = (wo[0] * h[0] + wo[1] * h[1] + wo[2] * h[2]) / length;
        double around = nh * nh * (alpha2 - 1) + 1;
        double d = alpha2 / (Math.PI * around * around);
        double rootO = Math.sqrt(wo[2] * wo[2] * (1 - alpha2) + alpha2);
        double rootI = Math.sqrt(wi[2] * wi[2] * (1 - alpha2) + alpha2);
        double visibility = 0.5 / (wi[2] * rootO + wo[2] * rootI);
        return (f0 + (1 - f0) * Math.pow(1 - vh, 5)) * d * visibility;
    }

    /** The BSDF towards a local direction. */
    double value(double[] wi) {
        double metal = specular(wi, albedo) * compensation(albedo);
        double coat = specular(wi, 0.04) * compensation(0.04);
        return metallic * metal + (1 - metallic) * (coat + (1 - coatAlbedo) * albedo / Math.PI);
    }

    /** The share of a uniform environment's light that is reflected. */
    double directionalAlbedo() {
        return integrate(this::value);
    }

    private static double integrate(Function f) {
        double sum = 0;
        for (int i = 0; i < GRID; i++) {
            // cos^2 is uniform, which takes the cosine in.
            double z = Math.sqrt((i + 0.5) / GRID);
            double r = Math.sqrt(1 - z * z);
            for (int j = 0; j < GRID; j++) {
                double phi = 2 * Math.PI * (j + 0.5) / GRID;
                sum += f.at(new double[] {r * Math.cos(phi), r * Math.sin(phi), z});
            }
        }
        return sum * Math.PI / ((double) GRID * GRID);
    }
}
