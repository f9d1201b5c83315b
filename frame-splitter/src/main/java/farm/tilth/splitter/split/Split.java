package farm.tilth.splitter.split;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import java.util.ArrayList;
import java.util.List;

/** Cuts jobs into tasks. The same arguments always give the same tasks in the same order. */
public final class Split {
    /** The most tasks of one job. */
    public static final int MAX_TASKS = 1_000_000;

    /** The most bytes of a tile's film. */
    public static final int MAX_TILE_BYTES = 128 << 20;

    private Split() {}

    /**
     * The tasks of a render job: frame by frame, tiles in rows from the top left, sample ranges in order. They cover
     * every sample of every pixel exactly once.
     *
     * @throws FarmException with TOO_LARGE when there would be more than {@link #MAX_TASKS}
     */
    public static List<TaskSpec.RenderTile> render(RenderPlan plan, SplitOptions options) {
        requireFewTasks(taskCount(plan, options));
        Digest digest = plan.digest();
        List<TileBounds> tiles = tiles(plan, options.tileSide());
        List<SampleRange> ranges = sampleRanges(plan.paths().samples(), options.samplesPerTask());
        List<TaskSpec.RenderTile> tasks = new ArrayList<>();
        for (int frame = plan.shot().frames().first();
                frame <= plan.shot().frames().last();
                frame++) {
            for (TileBounds tile : tiles) {
                for (SampleRange range : ranges) {
                    tasks.add(new TaskSpec.RenderTile(digest, frame, tile, range));
                }
            }
        }
        return tasks;
    }

    /**
     * How many tasks {@link #render} would make; it may be over the limit.
     *
     * @throws FarmException with TOO_LARGE when the result of a tile would be
     */
    public static long taskCount(RenderPlan plan, SplitOptions options) {
        long pixels = (long) Math.min(plan.picture().width(), options.tileSide())
                * Math.min(plan.picture().height(), options.tileSide());
        long bytes = pixels * FilmFormat.bytesPerPixel(plan.picture().filmLayers());
        if (bytes > MAX_TILE_BYTES) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    "the result of a tile would have " + bytes + " bytes; the most is " + MAX_TILE_BYTES
                            + ": ask for smaller tiles or fewer layers");
        }
        long columns = ceilDiv(plan.picture().width(), options.tileSide());
        long rows = ceilDiv(plan.picture().height(), options.tileSide());
        return columns
                * rows
                * ceilDiv(plan.paths().samples(), options.samplesPerTask())
                * plan.shot().frames().count();
    }

    /**
     * The tasks of an embedding job, in the order of its rows.
     *
     * @param plan the digest of the plan's blob
     */
    public static List<TaskSpec.InferBatch> rows(Digest plan, EmbeddingPlan job, int rowsPerBatch) {
        if (rowsPerBatch < 1) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a batch needs at least one row");
        }
        requireFewTasks(ceilDiv(job.rows(), rowsPerBatch));
        List<TaskSpec.InferBatch> tasks = new ArrayList<>();
        for (int first = 0; first < job.rows(); first += rowsPerBatch) {
            tasks.add(new TaskSpec.InferBatch(plan, first, Math.min(job.rows(), first + rowsPerBatch)));
        }
        return tasks;
    }

    private static List<TileBounds> tiles(RenderPlan plan, int side) {
        List<TileBounds> tiles = new ArrayList<>();
        for (int y = 0; y < plan.picture().height(); y += side) {
            for (int x = 0; x < plan.picture().width(); x += side) {
                tiles.add(new TileBounds(
                        x,
                        y,
                        Math.min(side, plan.picture().width() - x),
                        Math.min(side, plan.picture().height() - y)));
            }
        }
        return tiles;
    }

    private static List<SampleRange> sampleRanges(int samples, int perTask) {
        List<SampleRange> ranges = new ArrayList<>();
        for (int first = 0; first < samples; first += perTask) {
            ranges.add(new SampleRange(first, Math.min(samples, first + perTask)));
        }
        return ranges;
    }

    private static void requireFewTasks(long count) {
        if (count > MAX_TASKS) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    "the job would be split into " + count + " tasks; the most is " + MAX_TASKS
                            + ": ask for larger tiles, fewer frames or more samples a task");
        }
    }

    private static long ceilDiv(int a, int b) {
        return Math.ceilDiv((long) a, (long) b);
    }
}
