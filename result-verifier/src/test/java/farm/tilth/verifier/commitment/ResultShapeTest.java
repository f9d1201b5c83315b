package farm.tilth.verifier.commitment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.PictureForm;
import farm.tilth.protocol.task.PicturePlane;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.ToneMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResultShapeTest {
    @Test
    void tileHasTheFilmOfEachBlock() {
        ResultShape shape = ResultShape.of(Results.tile(20, 3), Results.plan(2));
        assertEquals(8 * 3, shape.blocks().size());
        long bytes = shape.blocks().stream().mapToLong(ResultShape.Block::bytes).sum();
        assertEquals(20L * 3 * FilmFormat.BYTES_PER_PIXEL, bytes);
    }

    @Test
    void tilesWorkIsLimitedByItsPathsLength() {
        ResultShape shape = ResultShape.of(Results.tile(8, 8), Results.plan(2));
        long raysPerSample = 1 + 2 * 3;
        assertEquals(
                new ResultShape.Block(32, 16 * raysPerSample), shape.blocks().getFirst());
    }

    @Test
    void batchHasARowForEachText() {
        ResultShape shape = ResultShape.of(batch(10, 14), Results.model(384, 512, 1_000));
        assertEquals(
                List.of(new ResultShape.Block(1536, 512_000)),
                shape.blocks().stream().distinct().toList());
        assertEquals(4, shape.blocks().size());
    }

    @Test
    void modelWithoutTokensCountsOneForEachRow() {
        ResultShape shape = ResultShape.of(batch(0, 1), Results.model(2, 0, 77));
        assertEquals(77, shape.blocks().getFirst().maxWorkUnits());
    }

    @Test
    void stepHasABlockForEachOfItsTiles() {
        Picture picture = new Picture(40, 20, ToneMap.DEFAULT).through(List.of(step(2, 64), step(1, 32)));
        ResultShape first = ResultShape.ofStep(0, picture);
        assertEquals(List.of(new ResultShape.Block(80 * 40 * 12, 3 * 7)), first.blocks());
        ResultShape second = ResultShape.ofStep(1, picture);
        assertEquals(4 * 2, second.blocks().size());
        assertEquals(new ResultShape.Block(32 * 32 * 12, 3 * 7), second.blocks().getFirst());
    }

    @Test
    void stepOfTooManyTilesIsRefused() {
        Picture picture = new Picture(8192, 4096, ToneMap.DEFAULT).through(List.of(step(1, 16)));
        FarmException e = assertThrows(FarmException.class, () -> ResultShape.ofStep(0, picture));
        assertEquals(ErrorCode.TOO_LARGE, e.code());
    }

    private static ModelStep step(int scale, int side) {
        ModelDescription model = new ModelDescription(
                "m",
                Digest.ofText("m"),
                "onnx",
                List.of(),
                List.of(),
                0,
                0,
                ModelDescription.Calibration.EXACT,
                7,
                Optional.of(new PictureForm(PictureForm.Layout.NCHW, scale)));
        return new ModelStep(
                model,
                Optional.empty(),
                new TreeMap<>(Map.of("x", List.of(PicturePlane.COLOR))),
                ModelStep.Space.LINEAR,
                new ModelStep.Tiling(side, side / 2, 1));
    }

    @Test
    void fileLengthIsExact() {
        ResultShape shape = ResultShape.of(Results.tile(13, 9), Results.plan(2));
        assertEquals(Results.honest(shape, 1).toBytes().length, shape.fileBytes());
    }

    @Test
    void tooManyRowsAreRefused() {
        FarmException e =
                assertThrows(FarmException.class, () -> ResultShape.of(batch(0, 65_537), Results.model(2, 1, 1)));
        assertEquals(ErrorCode.TOO_LARGE, e.code());
    }

    @Test
    void workThatDoesNotFitALongIsRefused() {
        FarmException e = assertThrows(
                FarmException.class, () -> ResultShape.of(batch(0, 1000), Results.model(2, 512, Long.MAX_VALUE / 512)));
        assertEquals(ErrorCode.TOO_LARGE, e.code());
        List<ResultShape.Block> blocks = List.of(new ResultShape.Block(1, Long.MAX_VALUE), new ResultShape.Block(1, 1));
        assertThrows(FarmException.class, () -> new ResultShape(blocks));
    }

    private static TaskSpec.InferBatch batch(int first, int end) {
        return new TaskSpec.InferBatch(Digest.ofText("plan"), first, end);
    }
}
