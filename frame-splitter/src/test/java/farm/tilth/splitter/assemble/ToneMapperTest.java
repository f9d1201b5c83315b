package farm.tilth.splitter.assemble;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.task.ToneMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToneMapperTest {
    private static int[] map(ToneMap.Curve curve, double exposure, float... rgba) {
        return new ToneMapper(new ToneMap(curve, exposure)).map(rgba);
    }

    @Test
    void theLinearCurveIsSrgb() {
        assertArrayEquals(
                new int[] {0xff000000, 0xffffffff, 0xffbc3600, 0xffffffff},
                map(ToneMap.Curve.LINEAR, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0.5f, 0.0368f, 0.0001f, 1, 9, 9, 9, 1));
    }

    @Test
    void exposureIsInStops() {
        assertArrayEquals(
                map(ToneMap.Curve.LINEAR, 0, 0.5f, 0.5f, 0.5f, 1),
                map(ToneMap.Curve.LINEAR, 1, 0.25f, 0.25f, 0.25f, 1));
    }

    @Test
    void aGammaReplacesTheSrgbCurve() {
        ToneMap gamma = new ToneMap(ToneMap.Curve.LINEAR, 0, Optional.of(2.0), Optional.empty());
        assertEquals(0xff80ff00, new ToneMapper(gamma).map(new float[] {0.252f, 1, 0, 1})[0]);
    }

    @Test
    void colourIsTakenOutOfItsAlpha() {
        assertEquals(0x80bcbcbc, map(ToneMap.Curve.LINEAR, 0, 0.25098f, 0.25098f, 0.25098f, 0.50196f)[0]);
        assertEquals(0, map(ToneMap.Curve.LINEAR, 0, 0, 0, 0, 0)[0]);
    }

    @Test
    void everyCurveKeepsGreysGreyRisesAndReachesWhite() {
        for (ToneMap.Curve curve : ToneMap.Curve.values()) {
            int previous = -1;
            for (int i = 0; i <= 2000; i++) {
                float v = i / 50f;
                int argb = map(curve, 0, v, v, v, 1)[0];
                int red = argb >> 16 & 255;
                int off = Math.max(Math.abs(red - (argb & 255)), Math.abs(red - (argb >> 8 & 255)));
                assertTrue(off <= 1, curve + " turns grey to " + Integer.toHexString(argb) + " at " + v);
                assertTrue(red >= previous, curve + " falls at " + v);
                previous = red;
            }
            assertTrue(previous >= 250, curve + " ends at " + previous);
        }
    }

    @Test
    void neutralShowsBaseColoursUnderGreyLightAsTheyAre() {
        // What a dielectric reflects besides its base colour is 0.04, which the curve takes away.
        assertEquals(
                map(ToneMap.Curve.LINEAR, 0, 0.5f, 0.2f, 0.1f, 1)[0],
                map(ToneMap.Curve.NEUTRAL, 0, 0.54f, 0.24f, 0.14f, 1)[0]);
    }

    @Test
    void theCurvesMapMiddleGreyWhereTheirAuthorsSay() {
        // Hable: (f(0.36) / f(11.2)); AgX: middle grey is half of the display's range; ACES as glTF viewers print it.
        assertEquals(0.5, (map(ToneMap.Curve.AGX, 0, 0.18f, 0.18f, 0.18f, 1)[0] & 255) / 255.0, 0.03);
        assertEquals(0.1283, linear(ToneMap.Curve.FILMIC, 0.18f), 1e-3);
        assertEquals(0.2131, linear(ToneMap.Curve.ACES, 0.18f), 1e-3);
    }

    private static double linear(ToneMap.Curve curve, float grey) {
        double[] rgba = new double[4];
        ToneMap straight = new ToneMap(curve, 0, Optional.of(1.0), Optional.empty());
        new ToneMapper(straight).display(new float[] {grey, grey, grey, 1}, 0, rgba);
        return rgba[0];
    }

    @Test
    void sixteenBitsAreTheSamePictureMoreFinely() {
        ToneMapper mapper = new ToneMapper(new ToneMap(ToneMap.Curve.ACES, 0));
        for (int i = 0; i < 200; i++) {
            float[] pixel = {i / 100f, i / 200f, 1 / (1f + i), 1};
            short[] fine = mapper.map16(pixel);
            int coarse = mapper.map(pixel)[0];
            for (int c = 0; c < 3; c++) {
                assertEquals(coarse >> 16 - 8 * c & 255, (fine[c] & 0xffff) / 257.0, 0.51);
            }
        }
    }

    @Test
    void whatIsNotANumberBecomesBlack() {
        assertEquals(0xff000000, map(ToneMap.Curve.LINEAR, 0, Float.NaN, -1, Float.NEGATIVE_INFINITY, 1)[0]);
    }
}
