package farm.tilth.api.pay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.lease.Hardware;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.SigningKey;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTiersTest {
    private static final UUID ACCOUNT = new UUID(1, 1);

    @ParameterizedTest
    @CsvSource({
        "0,             1,  80",
        "9999999,       1,  80",
        "10000000,      1, 100",
        "10000000,      2,  80",
        "99000000,      0, 100",
        "100000000,     0, 250",
        "900000000000, 10, 250",
    })
    void percentageFollowsTheBacklogOfEachWorker(long queued, int workers, int percent) {
        assertEquals(percent, PriceTiers.parse("0:80, 10:100, 100:250").percent(queued, workers));
    }

    @Test
    void oneTierIsAFixedPrice() {
        PriceTiers fixed = PriceTiers.parse("0:100");
        assertTrue(fixed.isFixed());
        assertEquals(100, fixed.percent(Long.MAX_VALUE, 0));
        assertEquals(1000, PriceTiers.apply(1000, 100));
    }

    @Test
    void moreDemandNeverCostsLessWhenTheTiersRise() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        PriceTiers tiers = PriceTiers.parse("0:100,5:110,50:130,500:200");
        for (int i = 0; i < 1000; i++) {
            long queued = random.nextLong(1_000_000_000_000L);
            int workers = random.nextInt(50);
            assertTrue(
                    tiers.percent(queued + random.nextInt(1_000_000_000), workers) >= tiers.percent(queued, workers),
                    "seed " + seed);
            long base = random.nextLong(1, 1_000_000);
            assertTrue(PriceTiers.apply(base, tiers.percent(queued, workers)) >= base, "seed " + seed);
        }
        assertEquals(1, PriceTiers.apply(1, 1));
        assertEquals(0, PriceTiers.apply(0, 250));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "0:0", "0:100,0:120", "5:100", "0:100,9:90,8:80", "0:x", "0:99999", "0:100:1"})
    void otherTiersAreRefused(String text) {
        assertThrows(FarmException.class, () -> PriceTiers.parse(text));
    }

    @Test
    void offerIsOpenedByItsFarmForItsAccountAlone() {
        SigningKey key = SigningKey.generate();
        Tariff.Offer offer =
                new Tariff.Offer(new Receipt.Prices(125, 500), 125, Hardware.GPU, Instant.ofEpochSecond(99));
        String text = SealedOffer.seal(ACCOUNT, offer, key);
        assertEquals(offer, SealedOffer.open(ACCOUNT, text, key));
        for (String forged : List.of("", ".", "a.b", "%.%", text + "A", "A" + text, text.replace('.', 'x'))) {
            assertThrows(FarmException.class, () -> SealedOffer.open(ACCOUNT, forged, key), forged);
        }
        assertThrows(FarmException.class, () -> SealedOffer.open(new UUID(1, 2), text, key));
        assertThrows(FarmException.class, () -> SealedOffer.open(ACCOUNT, text, SigningKey.generate()));
    }
}
