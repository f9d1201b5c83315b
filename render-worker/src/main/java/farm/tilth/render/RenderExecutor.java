package farm.tilth.render;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.render.loader.SceneFile;
import farm.tilth.render.loader.SceneInspection;
import farm.tilth.render.pathtracer.PathTracer;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.splitter.split.Split;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Renders tiles on one device; on a trusted worker it recomputes blocks of tiles and inspects scenes instead. */
final class RenderExecutor implements TaskExecutor {
    private final RenderDevice device;
    private final boolean trusted;
    private final OpenedScenes scenes;

    RenderExecutor(RenderDevice device, boolean trusted) {
        this.device = device;
        this.trusted = trusted;
        this.scenes = new OpenedScenes(device);
    }

    @Override
    public String engine() {
        return device.engine();
    }

    @Override
    public String device() {
        return device.description();
    }

    @Override
    public Set<String> taskTypes() {
        return trusted ? Set.of("auditBlock", "inspectScene") : Set.of("renderTile");
    }

    @Override
    public boolean accepts(TaskSpec spec) {
        boolean ours = !(spec instanceof TaskSpec.AuditBlock audit) || audit.of() instanceof TaskSpec.RenderTile;
        return ours && taskTypes().contains(spec.type());
    }

    @Override
    public ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException {
        try {
            return switch (spec) {
                case TaskSpec.RenderTile tile -> render(tile, context);
                case TaskSpec.AuditBlock audit
                when audit.of() instanceof TaskSpec.RenderTile tile -> audit(tile, audit.block(), context);
                case TaskSpec.InspectScene inspect -> inspect(inspect, context);
                default -> throw invalid(device.engine() + " cannot do " + spec.type());
            };
        } catch (OutOfMemoryError e) {
            scenes.close();
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES, "this worker has too little memory for the scene or the tile", e);
        }
    }

    private ResultFile render(TaskSpec.RenderTile spec, TaskContext context) throws InterruptedException {
        RenderPlan plan = plan(spec, context);
        Film film = render(plan, spec, spec.tile(), context);
        List<ResultFile.Block> blocks = new ArrayList<>();
        for (TileBounds block : BlockGrid.blocks(spec.tile())) {
            blocks.add(cut(film, block));
        }
        return new ResultFile(blocks);
    }

    private ResultFile audit(TaskSpec.RenderTile spec, int block, TaskContext context) throws InterruptedException {
        RenderPlan plan = plan(spec, context);
        if (block >= BlockGrid.count(spec.tile())) {
            throw invalid("the tile has no block " + block + ", only " + BlockGrid.count(spec.tile()));
        }
        TileBounds bounds = BlockGrid.block(spec.tile(), block);
        return new ResultFile(List.of(cut(render(plan, spec, bounds, context), bounds)));
    }

    private ResultFile inspect(TaskSpec.InspectScene spec, TaskContext context) throws InterruptedException {
        SceneFile file = scenes.scene(spec.scene(), context.blobs());
        String report = Json.write(SceneInspection.of(file, device.engine(), device::open));
        return ResultFile.ofOne(report.getBytes(StandardCharsets.UTF_8), 0);
    }

    private RenderPlan plan(TaskSpec.RenderTile spec, TaskContext context) throws InterruptedException {
        RenderPlan plan = scenes.plan(spec.plan(), context.blobs());
        if (!plan.engine().equals(device.engine())) {
            throw new FarmException(
                    ErrorCode.NO_WORKER,
                    "the job is for the engine " + plan.engine() + ", this worker has " + device.engine());
        }
        TileBounds frame =
                new TileBounds(0, 0, plan.picture().width(), plan.picture().height());
        long bytes = (long) spec.tile().area()
                * FilmFormat.bytesPerPixel(plan.picture().filmLayers());
        if (!frame.contains(spec.tile()) || bytes > Split.MAX_TILE_BYTES) {
            throw invalid("the tile " + spec.tile() + " is not in the picture of "
                    + plan.picture().width() + " × " + plan.picture().height() + ", or has more than "
                    + Split.MAX_TILE_BYTES + " bytes");
        }
        if (spec.samples().end() > plan.paths().samples()
                || spec.frame() < plan.shot().frames().first()
                || spec.frame() > plan.shot().frames().last()) {
            throw invalid("the plan has no frame " + spec.frame() + " with " + spec.samples());
        }
        return plan;
    }

    private Film render(RenderPlan plan, TaskSpec.RenderTile spec, TileBounds bounds, TaskContext context)
            throws InterruptedException {
        PathTracer tracer = scenes.frame(plan, spec.frame(), context.blobs());
        if (Thread.interrupted()) {
            throw new InterruptedException("the task is not wanted any more");
        }
        return tracer.render(View.of(plan, spec.frame()), bounds, spec.samples());
    }

    /** The part of a film that a block covers, with the rays that were traced in it. */
    private static ResultFile.Block cut(Film film, TileBounds block) {
        int channels = film.channels();
        ByteBuffer bytes =
                ByteBuffer.allocate(block.area() * channels * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long rays = 0;
        for (int y = 0; y < block.height(); y++) {
            int row = (block.y() + y - film.bounds().y()) * film.bounds().width()
                    + block.x()
                    - film.bounds().x();
            for (int pixel = row; pixel < row + block.width(); pixel++) {
                rays += film.rays()[pixel];
                for (int c = 0; c < channels; c++) {
                    bytes.putLong(film.sums()[pixel * channels + c]);
                }
            }
        }
        return new ResultFile.Block(rays, bytes.array());
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }

    @Override
    public void close() {
        scenes.close();
    }
}
