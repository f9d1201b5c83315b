package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.render.scene.Texels;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.Texture.Filter;
import farm.tilth.render.scene.Texture.Wrap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The smaller sizes of a picture: their own sizes, and what they are the mean of. */
class TextureLevelsTest {
    private static final int WHITE = 0xffffffff;
    private static final int BLACK = 0xff000000;

    @Test
    void sizesAreHalvedAndRoundedDownToOne() {
        Texture odd = texture(13, 3, new int[39], false);
        assertEquals(4, odd.levelCount());
        assertEquals(13 * 3 + 6 + 3 + 1, odd.pixelsOfAllLevels());
        assertEquals(4 * 49, new TextureLevels(odd, false).bytes());
        assertEquals(1, odd.with(Filter.withoutLevels(false)).levelCount());
        assertEquals(39, odd.with(Filter.withoutLevels(true)).pixelsOfAllLevels());
    }

    @Test
    void thirdOfTheMemoryIsAdded() {
        Texture large =
                new Texture(4096, 4096, Texels.allocate(1, false), true, Wrap.REPEAT, Wrap.REPEAT, Filter.SMOOTH);
        assertEquals(4 / 3.0, large.pixelsOfAllLevels() / (4096.0 * 4096), 1e-6);
    }

    @Test
    void coloursAreAveragedAsLightAndDataAsNumbers() {
        int[] halfWhite = {WHITE, BLACK, BLACK, WHITE};
        assertEquals(0xffbcbcbc, level(texture(2, 2, halfWhite, true), 1, false).rgba(0), "0.5 of the light");
        assertEquals(
                0xff808080, level(texture(2, 2, halfWhite, false), 1, false).rgba(0));
    }

    @Test
    void clearTexelsLendNoColourWhereAlphaSaysWhatIsSeen() {
        int[] leaf = {0xff00ff00, 0x000000ff, 0x000000ff, 0xff00ff00};
        assertEquals(0x8000ff00, level(texture(2, 2, leaf, true), 1, true).rgba(0));
        assertEquals(0x8000bcbc, level(texture(2, 2, leaf, true), 1, false).rgba(0));
        int[] clear = {0x000000ff, 0x000000ff, 0x000000ff, 0x000000ff};
        assertEquals(0x000000ff, level(texture(2, 2, clear, true), 1, true).rgba(0), "nothing to go by but the colour");
    }

    @Test
    void everyTexelOfAnOddSideCountsAlike() {
        for (int bright = 0; bright < 5; bright++) {
            int[] row = new int[5];
            row[bright] = 255;
            Texels half = level(texture(5, 1, row, false), 1, false);
            assertEquals(2, half.count());
            double sum = half.channel(0, 0) + half.channel(1, 0);
            assertEquals(2 * 255 / 5.0, sum, 1, "texel " + bright);
        }
    }

    @Test
    void evenSidesGiveWhatTheWaysForOddAndWeightedSidesWould() {
        SplittableRandom random = new SplittableRandom(11);
        for (boolean srgb : new boolean[] {false, true}) {
            int[] rgba = random.ints(16 * 8).map(color -> color | 0xff000000).toArray();
            Texture texture = texture(16, 8, rgba, srgb);
            for (int level = 1; level < texture.levelCount(); level++) {
                Texels plain = level(texture, level, false);
                Texels opaque = level(texture, level, true);
                for (int i = 0; i < plain.count(); i++) {
                    assertEquals(opaque.rgba(i), plain.rgba(i), "level " + level + ", texel " + i);
                }
            }
        }
    }

    @Test
    void meanOfThePictureIsThatOfItsLastLevel() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int width = 1 + random.nextInt(70);
            int height = 1 + random.nextInt(70);
            int[] rgba = random.ints((long) width * height).toArray();
            Texture texture = texture(width, height, rgba, false);
            Texels last = level(texture, texture.levelCount() - 1, false);
            for (int c = 0; c < 4; c++) {
                double sum = 0;
                for (int i = 0; i < rgba.length; i++) {
                    sum += texture.texels().channel(i, c);
                }
                assertEquals(sum / rgba.length, last.channel(0, c), 3, "seed " + seed + ", channel " + c);
            }
        }
    }

    @Test
    void onePlainColourStaysAsItIsInEveryLevel() {
        for (int value = 0; value < 256; value++) {
            int color = 0xff000000 | value << 16 | (255 - value) << 8 | value;
            int[] rgba = new int[15];
            java.util.Arrays.fill(rgba, color);
            assertEquals(color, level(texture(5, 3, rgba, true), 2, true).rgba(0));
            Texture wide = new Texture(5, 3, Texels.of(rgba).linear(), false, Wrap.REPEAT, Wrap.REPEAT, Filter.SMOOTH);
            assertEquals(wide.texels().channel(0, 1), level(wide, 2, true).channel(0, 1));
        }
    }

    @Test
    void widestAndBrightestSumsFit() {
        int[] rgba = new int[(1 << 20) + 1];
        java.util.Arrays.fill(rgba, WHITE);
        Texture line = texture(rgba.length, 1, rgba, true);
        assertTrue(line.levelCount() == 21);
        assertEquals(WHITE, level(line, 20, true).rgba(0));
    }

    private static Texture texture(int width, int height, int[] rgba, boolean srgb) {
        return new Texture(width, height, Texels.of(rgba), srgb, Wrap.REPEAT, Wrap.REPEAT, Filter.SMOOTH);
    }

    private static Texels level(Texture texture, int level, boolean weighted) {
        TextureLevels levels = new TextureLevels(texture, weighted);
        MemorySegment to = Arena.ofAuto().allocate(levels.bytes(), 64);
        levels.write(to);
        long before = 0;
        for (int i = 0; i < level; i++) {
            before += (long) Math.max(1, texture.width() >> i) * Math.max(1, texture.height() >> i);
        }
        long count = (long) Math.max(1, texture.width() >> level) * Math.max(1, texture.height() >> level);
        int bytes = texture.texels().pixelBytes();
        return Texels.in(
                to.asSlice(before * bytes, count * bytes), texture.texels().wide());
    }
}
