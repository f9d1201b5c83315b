package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Matrix;
import java.util.List;

/** Cameras that are not in the file: placed by the customer, or by what there is to see. */
final class CameraFraming {
    /** From the right, a little above: shows three sides of a box. */
    private static final double[] VIEW_FROM = {0.5, 0.35, 0.8};

    private static final double FRAMING_DEGREES = 30;
    private static final double MARGIN = 1.08;
    private static final double[] UP = {0, 1, 0};

    private CameraFraming() {}

    static Camera placed(CameraChoice.Placed placed) {
        double[] position = array(placed.position());
        double[] target = array(placed.target());
        double[] forward = new double[3];
        for (int i = 0; i < 3; i++) {
            forward[i] = target[i] - position[i];
        }
        double tan = StrictMath.tan(radians(placed.vfovDegrees()) / 2);
        return looking(position, forward, array(placed.up()), tan, 0);
    }

    /** A pinhole that sees the whole box with a margin, in a picture of this width / height. */
    static Camera framing(double[] min, double[] max, double aspect) {
        double tanY = StrictMath.tan(radians(FRAMING_DEGREES) / 2);
        double tanX = tanY * aspect;
        double[] back = Matrix.unit(VIEW_FROM);
        double[] right = Matrix.unit(Matrix.cross(UP, back));
        double[] up = Matrix.cross(back, right);
        double[] center = new double[3];
        for (int i = 0; i < 3; i++) {
            center[i] = (min[i] + max[i]) / 2;
        }
        double distance = 0;
        for (int corner = 0; corner < 8; corner++) {
            double[] from = new double[3];
            for (int i = 0; i < 3; i++) {
                from[i] = ((corner >> i & 1) == 0 ? min[i] : max[i]) - center[i];
            }
            double away = Matrix.dot(from, back);
            distance = Math.max(distance, away + MARGIN * Math.abs(Matrix.dot(from, right)) / tanX);
            distance = Math.max(distance, away + MARGIN * Math.abs(Matrix.dot(from, up)) / tanY);
        }
        distance = Math.max(distance, 1e-3);
        double[] position = new double[3];
        double[] forward = new double[3];
        for (int i = 0; i < 3; i++) {
            position[i] = center[i] + distance * back[i];
            forward[i] = -back[i];
        }
        return looking(position, forward, UP, tanY, 0);
    }

    /** A camera that looks along {@code forward} with {@code up} as near to the top as can be. */
    static Camera looking(double[] position, double[] forward, double[] up, double tanHalfHeight, double halfHeight) {
        for (double c : position) {
            if (!(Math.abs(c) <= Flattening.MAX_COORDINATE)) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "the camera lies at " + c + "; keep it within " + Flattening.MAX_COORDINATE
                                + " units of the origin");
            }
        }
        double[] ahead = Matrix.unit(forward, 0, 0, -1);
        double[] side = Matrix.cross(ahead, up);
        double[] right = Matrix.unit(side, TangentSpace.perpendicular(ahead));
        double[] top = Matrix.unit(Matrix.cross(right, ahead), UP);
        return new Camera(
                floats(position), floats(right), floats(top), floats(ahead), (float) tanHalfHeight, (float) halfHeight);
    }

    private static double radians(double degrees) {
        return degrees * (Math.PI / 180);
    }

    private static double[] array(List<Double> v) {
        return new double[] {v.get(0), v.get(1), v.get(2)};
    }

    private static float[] floats(double[] v) {
        // + 0 makes a negative zero positive.
        return new float[] {(float) v[0] + 0f, (float) v[1] + 0f, (float) v[2] + 0f};
    }
}
