package farm.tilth.render.loader;

import farm.tilth.render.loader.BasisBits.BrokenStream;
import farm.tilth.render.loader.BasisBits.Code;
import java.nio.ByteBuffer;

/**
 * Basis Universal's ETC1S pictures in BasisLZ (KTX File Format 2.0, section 5.3): blocks of 4 × 4 pixels that point
 * into two shared lists, of colours and of patterns. It is decoded here and not by libktx, which a broken file can
 * bring down.
 */
final class Etc1sImage {
    private static final int HEADER_BYTES = 20;
    private static final int IMAGE_BYTES = 20;
    private static final int REPEAT_PREDICTION = 256;
    private static final int LONG_RUN = 63;
    private static final int LEAST_RUN = 3;
    private static final int[][] MODIFIERS = {
        {-8, -2, 2, 8},
        {-17, -5, 5, 17},
        {-29, -9, 9, 29},
        {-42, -13, 13, 42},
        {-60, -18, 18, 60},
        {-80, -24, 24, 80},
        {-106, -33, 33, 106},
        {-183, -47, 47, 183}
    };

    /** Red, green, blue (5 bits each) and the row of modifiers, 8 bits apart. */
    private final int[] endpoints;
    /** 2 bits a pixel, by rows. */
    private final int[] selectors;

    private final Code predictions;
    private final Code endpointSteps;
    private final Code selectorSymbols;
    private final Code runs;
    private final int historySize;

    private Etc1sImage(ByteBuffer global, int images) throws BrokenStream {
        if (global.limit() < HEADER_BYTES) {
            throw new BrokenStream("its global data ends within its header");
        }
        endpoints = new int[global.getShort(0) & 0xffff];
        selectors = new int[global.getShort(2) & 0xffff];
        int at = HEADER_BYTES + images * IMAGE_BYTES;
        readEndpoints(new BasisBits(part(global, at, global.getInt(4))));
        at += global.getInt(4);
        readSelectors(new BasisBits(part(global, at, global.getInt(8))));
        at += global.getInt(8);
        BasisBits tables = new BasisBits(part(global, at, global.getInt(12)));
        predictions = tables.code();
        endpointSteps = tables.code();
        selectorSymbols = tables.code();
        runs = tables.code();
        historySize = tables.bits(13);
    }

    /**
     * Decodes the largest level.
     *
     * @param global the file's supercompression global data
     * @param level the bytes of the level
     */
    static int[] decode(ByteBuffer global, int images, ByteBuffer level, DecodedImage.Size size) throws BrokenStream {
        Etc1sImage image = new Etc1sImage(global, images);
        int[] rgba = new int[Math.toIntExact(size.pixels())];
        if (global.getInt(HEADER_BYTES) != 0) {
            throw new BrokenStream("it is a picture of a film");
        }
        image.readSlice(slice(global, level, HEADER_BYTES + 4), size, rgba, false);
        if (global.getInt(HEADER_BYTES + 16) != 0) {
            image.readSlice(slice(global, level, HEADER_BYTES + 12), size, rgba, true);
        }
        return rgba;
    }

    private static BasisBits slice(ByteBuffer global, ByteBuffer level, int at) throws BrokenStream {
        return new BasisBits(part(level, global.getInt(at), global.getInt(at + 4)));
    }

    private static ByteBuffer part(ByteBuffer bytes, int offset, int length) throws BrokenStream {
        if (offset < 0 || length < 0 || offset > bytes.limit() || length > bytes.limit() - offset) {
            throw new BrokenStream("a part of it lies beyond its end");
        }
        return bytes.slice(offset, length);
    }

    private void readEndpoints(BasisBits in) throws BrokenStream {
        Code[] steps = {in.code(), in.code(), in.code()};
        Code intensitySteps = in.code();
        boolean gray = in.bits(1) != 0;
        int[] color = {16, 16, 16};
        int intensity = 0;
        for (int i = 0; i < endpoints.length && !in.isOverrun(); i++) {
            intensity = intensity + intensitySteps.next(in) & 7;
            for (int c = 0; c < (gray ? 1 : 3); c++) {
                Code code = steps[color[c] <= 9 ? 0 : color[c] <= 21 ? 1 : 2];
                color[c] = color[c] + code.next(in) & 31;
            }
            int green = gray ? color[0] : color[1];
            int blue = gray ? color[0] : color[2];
            endpoints[i] = color[0] | green << 8 | blue << 16 | intensity << 24;
        }
    }

    private void readSelectors(BasisBits in) throws BrokenStream {
        if (in.bits(2) != 0) {
            throw new BrokenStream("its patterns are of a kind that was given up");
        }
        boolean raw = in.bits(1) != 0;
        Code steps = raw ? null : in.code();
        for (int i = 0; i < selectors.length && !in.isOverrun(); i++) {
            if (raw || i == 0) {
                selectors[i] = in.bits(32);
                continue;
            }
            int pattern = selectors[i - 1];
            for (int row = 0; row < 32; row += 8) {
                pattern ^= (steps.next(in) & 255) << row;
            }
            selectors[i] = pattern;
        }
    }

    private void readSlice(BasisBits in, DecodedImage.Size size, int[] rgba, boolean alpha) throws BrokenStream {
        int across = size.width() + 3 >> 2;
        int down = size.height() + 3 >> 2;
        Blocks blocks = new Blocks(in, across);
        for (int y = 0; y < down; y++) {
            for (int x = 0; x < across; x++) {
                int endpoint = blocks.endpoint(x, y);
                int selector = blocks.selector();
                if (endpoint >= endpoints.length || selector >= selectors.length) {
                    throw new BrokenStream("a block points to nothing");
                }
                paint(rgba, size, x * 4, y * 4, colors(endpoints[endpoint]), selectors[selector], alpha);
            }
            if (in.isOverrun()) {
                throw new BrokenStream("it ends within a picture");
            }
        }
    }

    private static int[] colors(int endpoint) {
        int[] colors = new int[4];
        for (int k = 0; k < 4; k++) {
            int modifier = MODIFIERS[endpoint >>> 24][k];
            for (int shift = 0; shift < 24; shift += 8) {
                int base = endpoint >> shift & 31;
                colors[k] |= Math.clamp((base << 3 | base >> 2) + modifier, 0, 255) << shift;
            }
        }
        return colors;
    }

    private static void paint(
            int[] rgba, DecodedImage.Size size, int left, int top, int[] colors, int pattern, boolean alpha) {
        for (int y = 0; y < 4 && top + y < size.height(); y++) {
            for (int x = 0; x < 4 && left + x < size.width(); x++) {
                int color = colors[pattern >> 2 * (4 * y + x) & 3];
                int at = (top + y) * size.width() + left + x;
                rgba[at] = alpha ? rgba[at] & 0xffffff | (color >> 8 & 255) << 24 : color | 0xff000000;
            }
        }
    }

    /** What each block of a slice points to: predicted from its neighbours, or from what was used lately. */
    private final class Blocks {
        private final BasisBits in;
        private final int[] endpointsAbove;
        private final int[] predictionsBelow;
        private final int[] history = new int[historySize];
        private int rover = historySize / 2;
        private int endpoint;
        private int aboveLeft;
        private int bits;
        private int lastPrediction;
        private int predictionRun;
        private int selectorRun;

        private Blocks(BasisBits in, int across) {
            this.in = in;
            this.endpointsAbove = new int[across];
            this.predictionsBelow = new int[across];
        }

        int endpoint(int x, int y) throws BrokenStream {
            if ((x & 1) == 0 && (y & 1) == 0) {
                bits = prediction();
                predictionsBelow[x] = bits >> 4;
            } else if ((x & 1) == 0) {
                bits = predictionsBelow[x];
            }
            int prediction = bits & 3;
            bits >>= 2;
            boolean outside = (prediction == 0 && x == 0)
                    || (prediction == 1 && y == 0)
                    || (prediction == 2 && (x == 0 || y == 0));
            if (outside) {
                throw new BrokenStream("a block is predicted from beyond the picture");
            }
            int above = endpointsAbove[x];
            endpoint = switch (prediction) {
                case 0 -> endpoint;
                case 1 -> above;
                case 2 -> aboveLeft;
                default -> {
                    int next = endpoint + endpointSteps.next(in);
                    yield next >= endpoints.length ? next - endpoints.length : next;
                }
            };
            aboveLeft = above;
            endpointsAbove[x] = endpoint;
            return endpoint;
        }

        private int prediction() throws BrokenStream {
            if (predictionRun > 0) {
                predictionRun--;
                return lastPrediction;
            }
            int symbol = predictions.next(in);
            if (symbol == REPEAT_PREDICTION) {
                predictionRun = in.pieces(4) + LEAST_RUN - 1;
            } else {
                lastPrediction = symbol;
            }
            return lastPrediction;
        }

        int selector() throws BrokenStream {
            int symbol;
            if (selectorRun > 0) {
                selectorRun--;
                symbol = selectors.length;
            } else {
                symbol = selectorSymbols.next(in);
                if (symbol == selectors.length + historySize) {
                    int run = runs.next(in);
                    selectorRun = LEAST_RUN - 1 + (run == LONG_RUN ? in.pieces(7) : run);
                    symbol = selectors.length;
                }
            }
            return symbol < selectors.length ? remembered(symbol) : recalled(symbol - selectors.length);
        }

        private int remembered(int selector) {
            if (historySize > 0) {
                history[rover++] = selector;
                rover = rover == historySize ? historySize / 2 : rover;
            }
            return selector;
        }

        private int recalled(int index) throws BrokenStream {
            if (index >= historySize) {
                throw new BrokenStream("a block recalls what never was");
            }
            int selector = history[index];
            history[index] = history[index / 2];
            history[index / 2] = selector;
            return selector;
        }
    }
}
