package farm.tilth.api.job;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Pictures that no path tracer made, but that are functions of their specification all the same. */
public final class FakeRendering {
    /** What a sample costs. */
    public static final int RAYS_PER_SAMPLE = 2;

    private FakeRendering() {}

    public static ResultFile tile(TaskSpec.RenderTile spec) {
        return new ResultFile(
                BlockGrid.blocks(spec.tile()).stream().map(b -> block(spec, b)).toList());
    }

    /** The same, as somebody would hand it in who did nothing. */
    public static ResultFile lie(TaskSpec.RenderTile spec) {
        List<ResultFile.Block> blocks = tile(spec).blocks().stream()
                .map(b -> new ResultFile.Block(b.workUnits(), new byte[b.bytes().length]))
                .toList();
        return new ResultFile(blocks);
    }

    public static ResultFile audit(TaskSpec.AuditBlock audit) {
        TaskSpec.RenderTile spec = (TaskSpec.RenderTile) audit.of();
        return new ResultFile(List.of(block(spec, BlockGrid.block(spec.tile(), audit.block()))));
    }

    private static ResultFile.Block block(TaskSpec.RenderTile spec, TileBounds bounds) {
        ByteBuffer film =
                ByteBuffer.allocate(bounds.area() * FilmFormat.BYTES_PER_PIXEL).order(ByteOrder.LITTLE_ENDIAN);
        long seed = Digest.ofText(spec.plan() + "/" + spec.frame()).hex().hashCode();
        for (int y = bounds.y(); y < bounds.y() + bounds.height(); y++) {
            for (int x = bounds.x(); x < bounds.x() + bounds.width(); x++) {
                for (int channel = 0; channel < FilmFormat.CHANNELS; channel++) {
                    film.putLong((seed + x * 31L + y * 17L + channel)
                            * spec.samples().count());
                }
            }
        }
        return new ResultFile.Block((long) bounds.area() * spec.samples().count() * RAYS_PER_SAMPLE, film.array());
    }
}
