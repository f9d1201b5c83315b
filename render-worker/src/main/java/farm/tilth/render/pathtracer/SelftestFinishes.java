package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Finish.Anisotropy;
import farm.tilth.render.scene.Finish.Coat;
import farm.tilth.render.scene.Finish.Iridescence;
import farm.tilth.render.scene.Finish.Kind;
import farm.tilth.render.scene.Finish.Sheen;
import farm.tilth.render.scene.Finish.Specular;
import farm.tilth.render.scene.Finish.Translucency;
import farm.tilth.render.scene.Finish.Transmission;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.TextureSlot;

/** Materials that between them use every extension. */
final class SelftestFinishes {
    private static final float[] WHITE = {1, 1, 1};

    private SelftestFinishes() {}

    /** Clear, rough, coloured inside, and dispersive. */
    static Material glass() {
        return clear(new double[] {0.9, 1, 0.95}, 0.1, 1.5f, new float[] {1.5f, 0.2f, 0.1f}, 4);
    }

    /** What lies inside of the glass. */
    static Material drop() {
        return clear(new double[] {1, 1, 1}, 0, 1.33f, new float[3], 0);
    }

    /** A solid that light passes clear. */
    static Material clear(double[] color, double roughness, float index, float[] absorption, float dispersion) {
        Transmission transmission = new Transmission(1, TextureSlot.NONE, false, absorption, dispersion);
        return SceneSketch.plain(color, 0, roughness)
                .with(new Finish(
                        Kind.METALLIC_ROUGHNESS,
                        new Specular(1, TextureSlot.NONE, WHITE, TextureSlot.NONE, index),
                        Coat.NONE,
                        Sheen.NONE,
                        transmission,
                        Translucency.NONE,
                        Iridescence.NONE,
                        Anisotropy.NONE));
    }

    /** Brushed metal under a film, a coat and a sheen. */
    static Material lacquer() {
        return SceneSketch.plain(new double[] {0.8, 0.3, 0.2}, 0.6, 0.4)
                .with(new Finish(
                        Kind.METALLIC_ROUGHNESS,
                        new Specular(0.7f, TextureSlot.NONE, new float[] {1, 0.8f, 0.6f}, TextureSlot.NONE, 1.6f),
                        new Coat(0.8f, TextureSlot.NONE, 0.1f, TextureSlot.NONE, TextureSlot.NONE, 1),
                        new Sheen(new float[] {0.2f, 0.3f, 0.5f}, TextureSlot.NONE, 0.5f, TextureSlot.NONE),
                        Transmission.NONE,
                        Translucency.NONE,
                        new Iridescence(1, TextureSlot.NONE, 1.4f, 100, 450, TextureSlot.NONE),
                        new Anisotropy(0.7f, 0.5f, TextureSlot.NONE)));
    }

    /** A sheet that scatters light to its other side and lets some through clear. */
    static Material paper() {
        return SceneSketch.plain(new double[] {0.9, 0.9, 0.8}, 0, 0.5)
                .with(new Finish(
                        Kind.METALLIC_ROUGHNESS,
                        Specular.NONE,
                        Coat.NONE,
                        Sheen.NONE,
                        new Transmission(0.3f, TextureSlot.NONE, true, new float[3], 0),
                        new Translucency(0.6f, TextureSlot.NONE, new float[] {0.9f, 0.6f, 0.4f}, TextureSlot.NONE),
                        Iridescence.NONE,
                        Anisotropy.NONE));
    }

    /** Shows its colour whatever the light. */
    static Material notice() {
        Finish plain = Finish.PLAIN;
        return SceneSketch.plain(new double[] {0.1, 0.7, 0.9}, 0, 1)
                .with(new Finish(
                        Kind.UNLIT,
                        plain.specular(),
                        plain.coat(),
                        plain.sheen(),
                        plain.transmission(),
                        plain.translucency(),
                        plain.iridescence(),
                        plain.anisotropy()));
    }
}
