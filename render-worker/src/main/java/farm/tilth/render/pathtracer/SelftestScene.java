package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.AlphaMode;
import farm.tilth.render.scene.Material.Base;
import farm.tilth.render.scene.Material.Coverage;
import farm.tilth.render.scene.Material.Emission;
import farm.tilth.render.scene.Material.NormalMap;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texels;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.Texture.Filter;
import farm.tilth.render.scene.Texture.Levels;
import farm.tilth.render.scene.Texture.Wrap;
import farm.tilth.render.scene.UvTransform;

/** A small still life that uses everything the kernel knows: every texture, alpha mode and kind of light. */
final class SelftestScene {
    private final SceneSketch sketch = new SceneSketch();

    private SelftestScene() {}

    static Scene create() {
        return new SelftestScene().build();
    }

    private Scene build() {
        sketch.camera(SceneSketch.camera(new double[] {0.5, 1.6, 5}, new double[] {0, 0.7, 0}, 40));
        addFloor();
        addSpheres();
        addPanels();
        addLights();
        addInstances();
        return sketch.scene();
    }

    private void addFloor() {
        int checker =
                sketch.texture(picture(16, true, Wrap.REPEAT, (x, y) -> ((x ^ y) & 4) == 0 ? 0xff3050d0 : 0xffc8d8e0));
        int bumps = sketch.texture(picture(32, false, Wrap.MIRRORED_REPEAT, (x, y) -> bump(x, y)));
        int rough = sketch.texture(
                picture(8, false, Wrap.CLAMP_TO_EDGE, (x, y) -> 0xff000000 | (x * 32) << 8 | (y * 30) << 16));
        TextureSlot turned = new TextureSlot(checker, 0, new UvTransform(1.5f, 0.5f, 0.25f, -0.5f, 1.5f, -0.125f));
        Material floor = Material.DEFAULT
                .with(new Base(new float[] {1, 1, 1, 1}, turned, 1, 1, new TextureSlot(rough, 1)))
                .with(new NormalMap(new TextureSlot(bumps, 0), 1));
        sketch.quad(new double[] {-4, 0, 4}, new double[] {8, 0, 0}, new double[] {0, 0, -8}, sketch.material(floor));
    }

    private void addSpheres() {
        int gold = sketch.material(SceneSketch.plain(new double[] {1, 0.77, 0.34}, 1, 0.15));
        int clay = sketch.material(SceneSketch.plain(new double[] {0.7, 0.3, 0.2}, 0, 0.6));
        sketch.sphere(new double[] {-1.1, 0.7, 0}, 0.7, 24, gold);
        sketch.sphere(new double[] {0.6, 0.55, 0.4}, 0.55, 24, clay);
        sketch.tint(25 * 12, 0.4, 0.9, 0.6, 1);
        int glass = sketch.material(SelftestFinishes.glass());
        int drop = sketch.material(SelftestFinishes.drop());
        int lacquer = sketch.material(SelftestFinishes.lacquer());
        sketch.sphere(new double[] {-0.2, 0.4, 1.3}, 0.35, 16, glass);
        sketch.sphere(new double[] {-0.2, 0.4, 1.3}, 0.2, 12, drop);
        sketch.sphere(new double[] {1.5, 0.4, 1.1}, 0.4, 16, lacquer);
    }

    private void addPanels() {
        int leaf = sketch.texture(picture(
                16,
                true,
                Wrap.CLAMP_TO_EDGE,
                (x, y) -> (x - 8) * (x - 8) + (y - 8) * (y - 8) < 40 ? 0xff40b060 : 0x10306040));
        int glow = sketch.texture(
                wide(picture(4, true, Wrap.REPEAT, (x, y) -> (x + y) % 2 == 0 ? 0xff20a0ff : 0xff000000)));
        Material base = SceneSketch.textured(new double[] {1, 1, 1}, 0, 0.8, new TextureSlot(leaf, 0));
        int mask = sketch.material(base.with(new Coverage(AlphaMode.MASK, 0.5f)));
        int blend = sketch.material(base.with(new Coverage(AlphaMode.BLEND, 0.5f)));
        sketch.quad(new double[] {1.2, 0, 0.8}, new double[] {0.9, 0, 0.2}, new double[] {0, 0.9, 0}, mask);
        sketch.quad(new double[] {-0.5, 0.2, 1.6}, new double[] {0.7, 0, 0}, new double[] {0, 0.7, 0}, blend);
        sketch.quad(
                new double[] {-1.8, 0.1, 1.2},
                new double[] {0.5, 0, 0.1},
                new double[] {0, 0.8, 0},
                sketch.material(SelftestFinishes.paper()));
        sketch.quad(
                new double[] {-1.9, 0.1, 1.8},
                new double[] {0.4, 0, 0},
                new double[] {0, 0.5, 0},
                sketch.material(SelftestFinishes.notice()));
        Material lamp = SceneSketch.shining(new double[] {6, 5, 4});
        int shining = sketch.material(lamp.with(new Emission(lamp.emission().color(), 1, new TextureSlot(glow, 0))));
        sketch.quad(new double[] {-0.5, 2.6, -0.5}, new double[] {1, 0, 0}, new double[] {0, 0, 1}, shining);
    }

    /** One shape three times: turned and stretched, mirrored, and moving; a part of it has holes. */
    private void addInstances() {
        int bumps = sketch.texture(picture(8, false, Wrap.REPEAT, SelftestScene::bump));
        int spots =
                sketch.texture(picture(8, true, Wrap.REPEAT, (x, y) -> (x ^ y & 2) % 3 == 0 ? 0x20808080 : 0xffd0a040));
        Material plain = SceneSketch.plain(new double[] {0.5, 0.6, 0.9}, 0, 0.4);
        Material cut = SceneSketch.textured(new double[] {1, 1, 1}, 0, 0.7, new TextureSlot(spots, 0));
        int bumpy = sketch.material(plain.with(new NormalMap(new TextureSlot(bumps, 0), 1)));
        int holes = sketch.material(cut.with(new Coverage(AlphaMode.MASK, 0.5f)));
        int first = sketch.triangles();
        sketch.sphere(new double[3], 0.25, 10, bumpy);
        sketch.quad(new double[] {-0.3, -0.3, 0.3}, new double[] {0.6, 0, 0}, new double[] {0, 0.6, 0}, holes);
        int end = sketch.triangles();
        double[] turned = SceneSketch.transform(new double[] {1, 1.6, 0.7}, 0.13, new double[] {1.9, 0.6, -0.6});
        double[] mirrored = SceneSketch.transform(new double[] {-1, 1, 1}, 0.05, new double[] {-0.2, 0.4, 2.1});
        double[] before = SceneSketch.transform(new double[] {1, 1, 1}, 0, new double[] {-2.1, 1.4, 0.4});
        double[] after = SceneSketch.transform(new double[] {1, 1, 1}, 0.1, new double[] {-1.9, 1.9, 0.4});
        sketch.instance(first, end, turned, turned);
        sketch.instance(first, end, mirrored, mirrored);
        sketch.instance(first, end, before, after);
    }

    private void addLights() {
        sketch.light(new Light(
                Light.Kind.POINT, new float[] {2, 2, 2}, new float[] {0, -1, 0}, new float[] {3, 2, 1}, 9, 0, 0));
        sketch.light(new Light(
                Light.Kind.SPOT,
                new float[] {-2, 3, 2},
                new float[] {0.48f, -0.768f, -0.424f},
                new float[] {6, 8, 12},
                Float.POSITIVE_INFINITY,
                0.97f,
                0.9f));
        sketch.light(new Light(
                Light.Kind.DIRECTIONAL,
                new float[3],
                new float[] {-0.6f, -0.8f, 0},
                new float[] {0.5f, 0.5f, 0.6f},
                Float.POSITIVE_INFINITY,
                0,
                0));
        sketch.environment(sky());
    }

    static Environment sky() {
        int width = 32;
        int height = 16;
        float[] rgb = new float[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean sun = x >= 20 && x < 22 && y >= 4 && y < 6;
                float up = (height - y) / (float) height;
                int at = 3 * (y * width + x);
                rgb[at] = sun ? 40 : 0.2f + 0.2f * up;
                rgb[at + 1] = sun ? 36 : 0.2f + 0.3f * up;
                rgb[at + 2] = sun ? 28 : 0.2f + 0.5f * up;
            }
        }
        return new Environment(width, height, rgb, 0.7f, false);
    }

    private static int bump(int x, int y) {
        int r = 128 + (x * 7 + y * 3) % 40 - 20;
        int g = 128 + (x * 5 + y * 11) % 40 - 20;
        return 0xffff0000 | g << 8 | r;
    }

    /** The colour of a texel, 0xAABBGGRR. */
    private interface Pattern {
        int at(int x, int y);
    }

    private static Texture picture(int side, boolean srgb, Wrap wrap, Pattern pattern) {
        int[] rgba = new int[side * side];
        for (int i = 0; i < rgba.length; i++) {
            rgba[i] = pattern.at(i % side, i / side);
        }
        boolean nearest = wrap == Wrap.REPEAT;
        Filter filter = new Filter(nearest, nearest ? Levels.NEAREST : Levels.BLENDED, wrap == Wrap.CLAMP_TO_EDGE);
        return new Texture(side, side, Texels.of(rgba), srgb, wrap, wrap, filter);
    }

    /** The same picture with 16 bits a channel. */
    private static Texture wide(Texture t) {
        return new Texture(t.width(), t.height(), t.texels().linear(), false, t.wrapS(), t.wrapT(), t.filter());
    }
}
