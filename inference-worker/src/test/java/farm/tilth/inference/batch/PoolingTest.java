package farm.tilth.inference.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class PoolingTest {
    @Test
    void meanOverTheTokensIsScaledToLengthOne() {
        float[] states = {9, 9, 1, 2, 5, 6, 100, 100};
        // The mean of (1, 2) and (5, 6) is (3, 4), whose length is 5; what stands around them does not count.
        assertArrayEquals(new float[] {0.6f, 0.8f}, Pooling.embedding(states, 2, 2, 2));
    }

    @Test
    void stateOfNothingIsNoNumberOutOfRange() {
        assertArrayEquals(new float[] {0, 0}, Pooling.embedding(new float[4], 0, 2, 2));
    }

    @Test
    void sumsDoNotLoseSmallTerms() {
        float[] states = {1e8f, 1, 1, 1, -1e8f, 1};
        assertArrayEquals(
                new float[] {(float) (1 / Math.sqrt(10)), (float) (3 / Math.sqrt(10))},
                Pooling.embedding(states, 0, 3, 2));
    }
}
