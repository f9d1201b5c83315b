package farm.tilth.render.loader;

import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Light.Kind;
import farm.tilth.render.scene.Matrix;
import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayList;
import java.util.List;

/** KHR_lights_punctual: the lights of a document, placed by the nodes that carry them. */
final class GltfLights {
    private static final double MAX_INTENSITY = 1e12;

    private GltfLights() {}

    /** A light as the file has it, along −Z of its node. */
    record Lamp(Kind kind, float[] color, float range, float innerCos, float outerCos) {
        Light placed(double[] world) {
            double[] position = Matrix.column(world, 3);
            for (int i = 0; i < 3; i++) {
                position[i] = Math.clamp(position[i], -Flattening.MAX_COORDINATE, Flattening.MAX_COORDINATE);
            }
            double[] forward = Matrix.column(world, 2);
            double[] direction = Matrix.unit(new double[] {-forward[0], -forward[1], -forward[2]}, 0, 0, -1);
            return new Light(kind, floats(position), floats(direction), color, range, innerCos, outerCos);
        }
    }

    static List<Lamp> readAll(Element root, SceneLimits limits) {
        List<Lamp> lamps = new ArrayList<>();
        root.extension("KHR_lights_punctual")
                .ifPresent(extension ->
                        extension.objects("lights", limits.objects()).forEach(light -> lamps.add(read(light))));
        return lamps;
    }

    static Lamp read(Element light) {
        Kind kind =
                switch (light.get("type").asText()) {
                    case "point" -> Kind.POINT;
                    case "spot" -> Kind.SPOT;
                    case "directional" -> Kind.DIRECTIONAL;
                    default -> throw light.get("type").error("it is neither point, spot nor directional");
                };
        double intensity = Math.clamp(light.number("intensity", 1), 0, MAX_INTENSITY);
        double[] color = light.numbers("color", 3).orElse(new double[] {1, 1, 1});
        float[] scaled = new float[3];
        for (int i = 0; i < 3; i++) {
            scaled[i] = (float) Math.clamp(color[i] * intensity, 0, MAX_INTENSITY);
        }
        double range = light.number("range", Double.POSITIVE_INFINITY);
        if (!(range > 0)) {
            throw light.get("range").error("the range of a light is over 0");
        }
        double inner = 0;
        double outer = Math.PI / 4;
        if (light.has("spot")) {
            inner = light.getObject("spot").number("innerConeAngle", inner);
            outer = light.getObject("spot").number("outerConeAngle", outer);
            if (!(inner >= 0 && inner < outer && outer <= Math.PI / 2)) {
                throw light.getObject("spot").error("its cone angles are not 0 ≤ inner < outer ≤ π/2");
            }
        }
        return new Lamp(kind, scaled, (float) range, (float) StrictMath.cos(inner), (float) StrictMath.cos(outer));
    }

    private static float[] floats(double[] v) {
        return new float[] {(float) v[0], (float) v[1], (float) v[2]};
    }
}
