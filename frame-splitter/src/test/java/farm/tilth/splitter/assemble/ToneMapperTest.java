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
        ToneMap gamma = new ToneMap(ToneMap.Curve.LINEAR, 0, Optional.of(2.0));
        assertEquals(0xff80ff00, new ToneMapper(gamma).map(new float[] {0.252f, 1, 0, 1})[0]);
    }

    @Test
    void colourIsTakenOutOfItsAlpha() {
        assertEquals(0x80bcbcbc, map(ToneMap.Curve.LINEAR, 0, 0.25098f, 0.25098f, 0.25098f, 0.50196f)[0]);
        assertEquals(0, map(ToneMap.Curve.LINEAR, 0, 0, 0, 0, 0)[0]);
    }

    @Test
    void acesKeepsGreysGreyRisesAndStaysInRange() {
        int previous = -1;
        for (int i = 0; i <= 400; i++) {
            float v = i / 20f;
            int argb = map(ToneMap.Curve.ACES, 0, v, v, v, 1)[0];
            int red = argb >> 16 & 255;
            assertTrue(Math.abs(red - (argb & 255)) <= 1 && Math.abs(red - (argb >> 8 & 255)) <= 1, "grey at " + v);
            assertTrue(red >= previous, "rises at " + v);
            previous = red;
        }
        assertTrue(previous >= 250, "white is reached: " + previous);
    }

    @Test
    void whatIsNotANumberBecomesBlack() {
        assertEquals(0xff000000, map(ToneMap.Curve.LINEAR, 0, Float.NaN, -1, Float.NEGATIVE_INFINITY, 1)[0]);
    }
}
