package farm.tilth.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.PictureForm.Layout;
import farm.tilth.protocol.task.PicturePlane;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.splitter.assemble.FramePicture;
import farm.tilth.splitter.assemble.StagedPicture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** A frame's tiles as the tensors of a step's model, and its output as the step's result. */
final class StepTensors {
    private final ModelStep step;
    private final StagedPicture picture;
    private final FramePicture frame;
    private final Layout layout;

    /**
     * The tensors of a frame.
     *
     * @param picture the colour that goes in, in the step's space
     * @param frame of which the other planes are
     */
    StepTensors(ModelStep step, StagedPicture picture, FramePicture frame) {
        this.step = step;
        this.picture = picture;
        this.frame = frame;
        this.layout = step.layout();
    }

    /** The inputs for a tile, in the model's order, extended as the step's tiling says. */
    List<Tensor> inputs(TileBounds tile) {
        return step.model().inputs().stream().map(input -> input(input, tile)).toList();
    }

    private Tensor input(TensorDescription input, TileBounds tile) {
        List<PicturePlane> planes = step.inputs().get(input.name());
        int width = step.tiling().extended(tile.width());
        int height = step.tiling().extended(tile.height());
        int channels = PicturePlane.CHANNELS * planes.size();
        float[] values = new float[channels * width * height];
        for (int i = 0; i < planes.size(); i++) {
            copy(planes.get(i), tile, new Target(values, width, height, channels, i * PicturePlane.CHANNELS));
        }
        byte[] bytes = new byte[values.length * Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        return Tensor.newBuilder()
                .setName(input.name())
                .setDatatype(Datatype.FP32.name())
                .addAllShape(layout.shape(channels, height, width))
                .setContent(UnsafeByteOperations.unsafeWrap(bytes))
                .build();
    }

    /** Where in a tensor the channels of a plane go. */
    private record Target(float[] values, int width, int height, int channels, int first) {
        int index(Layout layout, int x, int y, int c) {
            return layout == Layout.NCHW
                    ? ((first + c) * height + y) * width + x
                    : (y * width + x) * channels + first + c;
        }
    }

    private void copy(PicturePlane plane, TileBounds tile, Target target) {
        float[] source =
                switch (plane) {
                    case COLOR -> picture.rgba();
                    case ALBEDO -> frame.albedo().orElseThrow(() -> missing(plane));
                    case NORMAL -> frame.normal().orElseThrow(() -> missing(plane));
                };
        int stride = plane == PicturePlane.COLOR ? 4 : PicturePlane.CHANNELS;
        for (int y = 0; y < target.height; y++) {
            int row = (tile.y() + Math.min(y, tile.height() - 1)) * picture.width();
            for (int x = 0; x < target.width; x++) {
                int from = (row + tile.x() + Math.min(x, tile.width() - 1)) * stride;
                for (int c = 0; c < PicturePlane.CHANNELS; c++) {
                    target.values[target.index(layout, x, y, c)] = source[from + c];
                }
            }
        }
    }

    private static FarmException missing(PicturePlane plane) {
        return new FarmException(ErrorCode.INVALID_REQUEST, "the frame's picture has no " + plane);
    }

    /**
     * The part of the model's output that is the tile.
     *
     * @throws FarmException with INVALID_MODEL when the output is another one than the model was taken in with
     */
    ResultFile.Block block(TileBounds tile, Tensor output) {
        int scale = step.scale();
        int width = step.tiling().extended(tile.width()) * scale;
        int height = step.tiling().extended(tile.height()) * scale;
        List<Long> expected = layout.shape(PicturePlane.CHANNELS, height, width);
        if (!output.getShapeList().equals(expected) || !output.getDatatype().equals(Datatype.FP32.name())) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL,
                    "model '" + step.model().name() + "' gave back " + output.getDatatype() + " of the shape "
                            + output.getShapeList() + ", expected was FP32 of " + expected);
        }
        Target source = new Target(floats(output.getContent()), width, height, PicturePlane.CHANNELS, 0);
        byte[] bytes = new byte[tile.width() * tile.height() * scale * scale * PicturePlane.CHANNELS * Float.BYTES];
        FloatBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int y = 0; y < tile.height() * scale; y++) {
            for (int x = 0; x < tile.width() * scale; x++) {
                for (int c = 0; c < PicturePlane.CHANNELS; c++) {
                    out.put(source.values[source.index(layout, x, y, c)]);
                }
            }
        }
        return new ResultFile.Block(step.workUnits(tile), bytes);
    }

    private static float[] floats(ByteString content) {
        float[] values = new float[content.size() / Float.BYTES];
        content.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
