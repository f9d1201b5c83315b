package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.checkRange;
import static farm.tilth.protocol.task.Checks.present;

import java.util.List;

/**
 * How a model takes pictures in and gives one back, as measured when it was taken in. Every input has 3, 6 or 9
 * channels, the first output has 3.
 *
 * @param scale how many pixels of the output lie along one of the input
 */
public record PictureForm(Layout layout, int scale) {
    /** The most that a model enlarges a picture by, along a side. */
    public static final int MAX_SCALE = 8;

    public PictureForm {
        present(layout, "the layout");
        checkRange(scale, 1, MAX_SCALE, "the scale");
    }

    /** The order of a picture tensor's dimensions. */
    public enum Layout {
        /** Batch, channel, row, column. */
        NCHW(1, 2, 3),
        /** Batch, row, column, channel. */
        NHWC(3, 1, 2);

        private final int channel;
        private final int row;
        private final int column;

        Layout(int channel, int row, int column) {
            this.channel = channel;
            this.row = row;
            this.column = column;
        }

        /** The shape of a picture. */
        public List<Long> shape(int channels, int height, int width) {
            Long[] shape = {1L, 0L, 0L, 0L};
            shape[channel] = (long) channels;
            shape[row] = (long) height;
            shape[column] = (long) width;
            return List.of(shape);
        }

        /** The channels of a tensor of four dimensions; −1 where the model leaves them open. */
        public long channels(List<Long> shape) {
            return shape.get(channel);
        }

        public long height(List<Long> shape) {
            return shape.get(row);
        }

        public long width(List<Long> shape) {
            return shape.get(column);
        }
    }
}
