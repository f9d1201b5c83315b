package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResultFileTest {
    private static final ResultFile SAMPLE = new ResultFile(List.of(
            new ResultFile.Block(5, new byte[] {1, 2, 3}),
            new ResultFile.Block(0, new byte[0]),
            new ResultFile.Block(1L << 40, new byte[] {9})));

    @Test
    void aFileReadsBackAsItWasWritten() {
        ResultFile back = ResultFile.parse(SAMPLE.toBytes());
        assertEquals(3, back.blocks().size());
        assertArrayEquals(new byte[] {1, 2, 3}, back.blocks().getFirst().bytes());
        assertEquals((1L << 40) + 5, back.workUnits());
        assertArrayEquals(SAMPLE.toBytes(), back.toBytes());
    }

    @Test
    void everyTruncationAndExtensionIsRejected() {
        byte[] whole = SAMPLE.toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            FarmException e = assertThrows(FarmException.class, () -> ResultFile.parse(cut));
            assertEquals(ErrorCode.RESULT_REJECTED, e.code());
        }
        assertThrows(FarmException.class, () -> ResultFile.parse(Arrays.copyOf(whole, whole.length + 1)));
    }

    @Test
    void mutatedFilesAreReadOrRejectedButNeverBreakTheReader() {
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutant = SAMPLE.toBytes();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            }
            try {
                assertArrayEquals(mutant, ResultFile.parse(mutant).toBytes());
            } catch (FarmException e) {
                assertEquals(ErrorCode.RESULT_REJECTED, e.code());
            }
        }
    }
}
