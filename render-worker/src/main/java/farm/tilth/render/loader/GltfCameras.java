package farm.tilth.render.loader;

import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Matrix;
import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cameras of a document, by name. */
final class GltfCameras {
    private static final double MAX_ANGLE = 3.1;

    private GltfCameras() {}

    /**
     * A camera as the file has it, looking along −Z of its node.
     *
     * @param tanHalfHeight 0 for a parallel projection
     * @param halfHeight 0 for a pinhole
     */
    record Lens(String name, double tanHalfHeight, double halfHeight) {
        Camera placed(double[] world) {
            double[] forward = Matrix.column(world, 2);
            for (int i = 0; i < 3; i++) {
                forward[i] = -forward[i];
            }
            return CameraFraming.looking(
                    Matrix.column(world, 3), forward, Matrix.column(world, 1), tanHalfHeight, halfHeight);
        }
    }

    static List<Lens> readAll(Element root, SceneLimits limits) {
        List<Lens> lenses = new ArrayList<>();
        for (Element camera : root.objects("cameras", limits.objects())) {
            lenses.add(read(camera));
        }
        return lenses;
    }

    static Lens read(Element camera) {
        String name = camera.text("name", "");
        return switch (camera.get("type").asText()) {
            case "perspective" -> {
                Element perspective = camera.getObject("perspective");
                double angle = perspective.number("yfov", 0);
                if (!(angle > 0 && angle < MAX_ANGLE)) {
                    throw perspective.error("its yfov is missing, or the field of view is not from 0 to " + MAX_ANGLE);
                }
                yield new Lens(name, StrictMath.tan(angle / 2), 0);
            }
            case "orthographic" -> {
                Element orthographic = camera.getObject("orthographic");
                double half = Math.abs(orthographic.number("ymag", 0));
                if (!(half > 0 && half < 1e8)) {
                    throw orthographic.error("its ymag is 0 or out of range");
                }
                yield new Lens(name, 0, half);
            }
            default -> throw camera.get("type").error("it is neither perspective nor orthographic");
        };
    }

    /**
     * The nodes with a camera, in the scene's order, by the name that chooses them: the node's, else the camera's, else
     * a number; a name that is taken gets a number, too.
     */
    static Map<String, Integer> names(Hierarchy hierarchy, List<Lens> lenses) {
        Map<String, Integer> names = new LinkedHashMap<>();
        int number = 0;
        for (int node : hierarchy.shown()) {
            int camera = hierarchy.nodes().get(node).camera();
            if (camera < 0) {
                continue;
            }
            number++;
            String name = hierarchy.nodes().get(node).name();
            name = name.isBlank() ? lenses.get(camera).name() : name;
            name = name.isBlank() ? "camera" : name;
            names.putIfAbsent(names.containsKey(name) ? name + " " + number : name, node);
        }
        return names;
    }
}
