package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Environment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How the kernel draws directions towards an environment's light: a row of a grid over its picture, then a cell of the
 * row, and where much light lies unevenly in a cell, such as the sun's, a pixel of the cell. So what is read stays near
 * a processor, whatever the picture's size.
 *
 * @param side a cell's side, in pixels
 * @param rows one cumulated probability more than rows
 * @param columns one more than cells in a row for every row, with {@link #UNEVEN} where a cell has details
 * @param guide for every row the cells that hold each of {@link #GUIDE} even parts of its probabilities, and the last;
 *     then the same for the rows
 * @param detailOf for every cell where its details begin
 * @param details side + 1 cumulated probabilities of a cell's rows, then side + 1 for every one of them
 * @param light its luminance over all directions
 */
record EnvironmentTables(int side, int[] rows, int[] columns, int[] guide, int[] detailOf, int[] details, float light) {
    /** Marks the beginning of a cell that has details. */
    static final int UNEVEN = Integer.MIN_VALUE;

    /** In so many parts the kernel knows where to look for a cell. */
    private static final int GUIDE = 64;

    private static final int MOST_WIDE = 512;
    private static final int MOST_DETAILED = 1024;
    /** A cell's share of the variance from which its pixels are told apart. */
    private static final double LEAST_VARIANCE = 2e-5;

    static EnvironmentTables of(Environment environment) {
        return new Draft(environment).tables();
    }

    /** Cells in a row. */
    int wide() {
        return columns.length / high() - 1;
    }

    /** How many rows. */
    int high() {
        return rows.length - 1;
    }

    /** How many integers the details of a cell of that side are. */
    static int detailLength(int side) {
        return (side + 1) * (side + 1);
    }

    /** The tables while they are made. */
    private static final class Draft {
        private final int width;
        private final int height;
        private final int side;
        private final int wide;
        private final int high;
        private final float[] luminance;
        private final int[] columns;
        private final int[] guide;
        private final double[] rowWeights;
        private final List<Uneven> uneven = new ArrayList<>();

        /** A cell with a part in the variance, were its pixels taken as alike. */
        private record Uneven(int x, int y, double variance) {}

        Draft(Environment environment) {
            width = environment.width();
            height = environment.height();
            side = side(width, height);
            wide = width / side;
            high = height / side;
            luminance = luminance(environment);
            columns = new int[Math.multiplyExact(high, wide + 1)];
            guide = new int[Math.multiplyExact(high + 1, GUIDE + 1)];
            rowWeights = new double[high];
        }

        /** The least by which the picture can be divided so that its rows have few cells. */
        private static int side(int width, int height) {
            for (int side = 1; side <= 64; side++) {
                if (width / side <= MOST_WIDE && width % side == 0 && height % side == 0) {
                    return side;
                }
            }
            return 1;
        }

        EnvironmentTables tables() {
            double[] weights = new double[wide];
            for (int y = 0; y < high; y++) {
                double sine = StrictMath.sin(Math.PI * (y + 0.5) / high);
                for (int x = 0; x < wide; x++) {
                    double[] pixels = pixels(x, y);
                    double mean = mean(pixels);
                    weights[x] = mean;
                    rowWeights[y] += mean * sine;
                    if (side > 1 && mean > 0) {
                        uneven.add(new Uneven(x, y, variance(pixels, mean) / mean * sine));
                    }
                }
                int[] row = Probabilities.cumulated(weights);
                System.arraycopy(row, 0, columns, y * (wide + 1), wide + 1);
                addGuide(row, y * (GUIDE + 1));
            }
            double total = 0;
            for (double weight : rowWeights) {
                total += weight;
            }
            int[] detailOf = new int[wide * high];
            int[] details = details(LEAST_VARIANCE * total, detailOf);
            float light = (float) (total * 2 * Math.PI * Math.PI / ((double) wide * high));
            int[] rows = Probabilities.cumulated(rowWeights);
            addGuide(rows, high * (GUIDE + 1));
            return new EnvironmentTables(side, rows, columns, guide, detailOf, details, light);
        }

        private void addGuide(int[] row, int at) {
            int cell = 0;
            for (int part = 0; part <= GUIDE; part++) {
                long start = (long) Probabilities.ONE / GUIDE * part;
                while (cell < row.length - 2 && row[cell + 1] <= start) {
                    cell++;
                }
                guide[at + part] = cell;
            }
        }

        private int[] details(double least, int[] detailOf) {
            List<Uneven> chosen = uneven.stream()
                    .filter(cell -> cell.variance() > least)
                    .sorted(Comparator.comparingDouble(Uneven::variance).reversed())
                    .limit(MOST_DETAILED)
                    .toList();
            int[] details = new int[chosen.size() * detailLength(side)];
            int at = 0;
            for (Uneven cell : chosen) {
                columns[cell.y() * (wide + 1) + cell.x()] |= UNEVEN;
                detailOf[cell.y() * wide + cell.x()] = at;
                at = addDetails(pixels(cell.x(), cell.y()), details, at);
            }
            return details;
        }

        private int addDetails(double[] pixels, int[] details, int at) {
            double[] rows = new double[side];
            double[] row = new double[side];
            for (int y = 0; y < side; y++) {
                System.arraycopy(pixels, y * side, row, 0, side);
                rows[y] = mean(row);
                int to = at + (y + 1) * (side + 1);
                System.arraycopy(Probabilities.cumulated(row), 0, details, to, side + 1);
            }
            System.arraycopy(Probabilities.cumulated(rows), 0, details, at, side + 1);
            return at + detailLength(side);
        }

        private double[] pixels(int cellX, int cellY) {
            double[] pixels = new double[side * side];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = smoothed(cellX * side + i % side, cellY * side + i / side);
            }
            return pixels;
        }

        private static double mean(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum / values.length;
        }

        private static double variance(double[] values, double mean) {
            double sum = 0;
            for (double value : values) {
                sum += (value - mean) * (value - mean);
            }
            return sum / values.length;
        }

        private static float[] luminance(Environment environment) {
            float[] rgb = environment.rgb();
            float[] luminance = new float[rgb.length / 3];
            for (int i = 0; i < luminance.length; i++) {
                luminance[i] = 0.2126f * rgb[3 * i] + 0.7152f * rgb[3 * i + 1] + 0.0722f * rgb[3 * i + 2];
            }
            return luminance;
        }

        /** Linear filtering spreads a pixel's light to its neighbours, so their chance is spread too. */
        private double smoothed(int x, int y) {
            int left = x == 0 ? width - 1 : x - 1;
            int right = x == width - 1 ? 0 : x + 1;
            double sum = 0;
            for (int dy = -1; dy <= 1; dy++) {
                int row = Math.clamp(y + dy, 0, height - 1) * width;
                double line = luminance[row + left] + 2.0 * luminance[row + x] + luminance[row + right];
                sum += dy == 0 ? 2 * line : line;
            }
            return sum / 16;
        }
    }
}
