package farm.tilth.verifier.commitment;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.task.ToneMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** Honest results of a small tile and of a small batch. */
final class Results {
    static final TaskId TASK = new TaskId(new JobId(new UUID(7, 9)), 3);
    static final long FENCE = 5;

    private Results() {}

    static RenderPlan plan(int maxBounces) {
        TreeMap<String, Digest> files = new TreeMap<>();
        files.put("scene.glb", Digest.ofText("scene"));
        return new RenderPlan(
                "pathtracer-0011223344556677",
                new Shot(new SceneFiles("scene.glb", files), new CameraChoice.First(), new FrameRange(0, 0, 24)),
                new LightPaths(16, 0, maxBounces),
                new Picture(64, 64, ToneMap.DEFAULT));
    }

    static TaskSpec.RenderTile tile(int width, int height) {
        return new TaskSpec.RenderTile(
                plan(2).digest(), 0, new TileBounds(4, 4, width, height), new SampleRange(0, 16));
    }

    static ModelDescription model(int dimensions, int maxTokens, long workUnitsPerToken) {
        return new ModelDescription(
                "small",
                Digest.ofText("model"),
                "onnx-1",
                List.of(),
                List.of(),
                dimensions,
                maxTokens,
                ModelDescription.Calibration.EXACT,
                workUnitsPerToken);
    }

    static ResultFile honest(ResultShape shape, long seed) {
        Random random = new Random(seed);
        List<ResultFile.Block> blocks = new ArrayList<>();
        for (ResultShape.Block block : shape.blocks()) {
            byte[] bytes = new byte[block.bytes()];
            random.nextBytes(bytes);
            blocks.add(new ResultFile.Block(random.nextLong(block.maxWorkUnits() + 1), bytes));
        }
        return new ResultFile(blocks);
    }

    static Commitment commitmentTo(ResultFile result) {
        return Commitment.to(TASK, FENCE, result, Digest.of(result.toBytes()));
    }
}
