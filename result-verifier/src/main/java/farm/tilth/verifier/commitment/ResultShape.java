package farm.tilth.verifier.commitment;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.PictureTiles;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.PicturePlane;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a task's result must look like before anything is recomputed: known from the specification alone. */
public record ResultShape(List<Block> blocks) {
    private static final long FILE_HEADER_BYTES = 8;
    private static final long FILE_ENTRY_BYTES = 12;

    public ResultShape {
        if (blocks.isEmpty() || blocks.size() > ResultFile.MAX_BLOCKS) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    "a task's result has 1 to " + ResultFile.MAX_BLOCKS + " blocks, not " + blocks.size()
                            + "; split the job into smaller tasks");
        }
        blocks = List.copyOf(blocks);
        blocks.stream().mapToLong(Block::maxWorkUnits).reduce(0, ResultShape::addWorkUnits);
    }

    /**
     * One block of the result.
     *
     * @param bytes its exact length
     * @param maxWorkUnits the most that an honest worker can meter for it
     */
    public record Block(int bytes, long maxWorkUnits) {}

    /** A film for each rectangle of the tile's grid. */
    public static ResultShape of(TaskSpec.RenderTile task, RenderPlan plan) {
        long raysPerPixel = Math.multiplyExact(
                plan.paths().maxRaysPerSample(), task.samples().count());
        int bytesPerPixel = FilmFormat.bytesPerPixel(plan.picture().filmLayers());
        List<Block> blocks = new ArrayList<>(BlockGrid.count(task.tile()));
        for (TileBounds block : BlockGrid.blocks(task.tile())) {
            int bytes = Math.multiplyExact(block.area(), bytesPerPixel);
            blocks.add(new Block(bytes, Math.multiplyExact(block.area(), raysPerPixel)));
        }
        return new ResultShape(blocks);
    }

    /** The pixels of each tile in which the step's model goes over the frame. */
    public static ResultShape ofStep(int number, Picture picture) {
        ModelStep step = picture.steps().get(number);
        int scale = picture.scaleBefore(number);
        PictureTiles tiles = new PictureTiles(picture.width() * scale, picture.height() * scale, step.tiling());
        if (tiles.count() > ResultFile.MAX_BLOCKS) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    "a step cuts its frame into " + tiles.count() + " tiles; the most is " + ResultFile.MAX_BLOCKS
                            + ": ask for larger tiles");
        }
        List<Block> blocks = new ArrayList<>(tiles.count());
        int bytesPerPixel = step.scale() * step.scale() * PicturePlane.CHANNELS * Float.BYTES;
        for (TileBounds tile : tiles.tiles()) {
            blocks.add(new Block(Math.multiplyExact(tile.area(), bytesPerPixel), step.workUnits(tile)));
        }
        return new ResultShape(blocks);
    }

    /** A row of FP32 numbers for each text of the batch. */
    public static ResultShape of(TaskSpec.InferBatch task, ModelDescription model) {
        int bytes = Math.multiplyExact(model.embeddingDimensions(), Float.BYTES);
        int rows = task.endRow() - task.firstRow();
        long tokens = Math.max(1L, model.maxTokens());
        if (model.workUnitsPerToken() > Long.MAX_VALUE / rows / tokens) {
            throw tooMuchWork();
        }
        return new ResultShape(Collections.nCopies(rows, new Block(bytes, tokens * model.workUnitsPerToken())));
    }

    /** The exact length of the result file: an upload that is longer need not be read. */
    public long fileBytes() {
        return FILE_HEADER_BYTES
                + blocks.stream().mapToLong(b -> FILE_ENTRY_BYTES + b.bytes()).sum();
    }

    private static long addWorkUnits(long sum, long more) {
        if (more < 0 || sum > Long.MAX_VALUE - more) {
            throw tooMuchWork();
        }
        return sum + more;
    }

    private static FarmException tooMuchWork() {
        return new FarmException(
                ErrorCode.TOO_LARGE, "the task's work units do not fit 63 bits; split the job into smaller tasks");
    }
}
