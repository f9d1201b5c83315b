package farm.tilth.api.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeySecretTest {
    @Test
    void keyReadsItselfBack() {
        KeySecret key = KeySecret.generate();
        assertEquals(Optional.of(key), KeySecret.parse(key.text()));
        assertTrue(key.matches(key.secretSha()));
        assertFalse(KeySecret.generate().matches(key.secretSha()));
        assertNotEquals(key, KeySecret.generate());
    }

    @Test
    void keyIsNotPrinted() {
        KeySecret key = KeySecret.generate();
        assertFalse(key.toString().contains(key.secret()));
    }

    @Test
    void anyChangeOfItsFormIsNoKey() {
        long seed = 20261122;
        Random random = new Random(seed);
        String text = KeySecret.generate().text();
        for (int i = 0; i < 200; i++) {
            int cut = random.nextInt(text.length());
            assertEquals(Optional.empty(), KeySecret.parse(text.substring(0, cut)), "seed " + seed);
            assertEquals(Optional.empty(), KeySecret.parse(text + "x".repeat(1 + cut)), "seed " + seed);
        }
        assertEquals(Optional.empty(), KeySecret.parse(text.replaceFirst("tk_", "tx_")));
        assertEquals(Optional.empty(), KeySecret.parse(text.substring(0, 5) + "zz" + text.substring(7)));
    }
}
