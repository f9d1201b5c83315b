package farm.tilth.render.scene;

import farm.tilth.render.scene.Curve.Interpolation;
import farm.tilth.render.scene.GltfAccessors.Shape;
import java.util.ArrayList;
import java.util.List;

/** An animation of the document: curves that drive properties of nodes. */
record Animation(String name, List<Channel> channels, double seconds) {

    /** The property that a channel drives. */
    enum Target {
        TRANSLATION(3),
        ROTATION(4),
        SCALE(3),
        WEIGHTS(0);

        final int width;

        Target(int width) {
            this.width = width;
        }
    }

    /** A curve and what it drives. */
    record Channel(int node, Target target, Curve curve) {}

    /**
     * Reads the animations.
     *
     * @param targets how many morph targets the mesh of each node has
     * @param notices takes what is left out
     */
    static List<Animation> readAll(
            Element root, int[] targets, GltfAccessors accessors, SceneLimits limits, List<String> notices)
            throws InterruptedException {
        List<Animation> animations = new ArrayList<>();
        for (Element animation : root.objects("animations", limits.objects())) {
            animations.add(read(animation, targets, accessors, limits, notices));
        }
        return animations;
    }

    private static Animation read(
            Element animation, int[] targets, GltfAccessors accessors, SceneLimits limits, List<String> notices)
            throws InterruptedException {
        List<Element> samplers = animation.objects("samplers", limits.objects());
        List<Channel> channels = new ArrayList<>();
        double seconds = 0;
        for (Element channel : animation.objects("channels", limits.objects())) {
            Element sampler = samplers.get(channel.index("sampler", samplers.size(), animation.path() + ".samplers"));
            Element target = channel.getObject("target");
            Target property = property(target, notices);
            if (property == null) {
                continue;
            }
            int node = target.index("node", targets.length, "nodes");
            int width = property == Target.WEIGHTS ? targets[node] : property.width;
            if (width == 0) {
                throw target.error("nodes[" + node + "] has no morph targets whose weights could be animated");
            }
            Curve curve = curve(sampler, property, width, accessors);
            seconds = Math.max(seconds, curve.end());
            channels.add(new Channel(node, property, curve));
        }
        return new Animation(animation.text("name", ""), channels, seconds);
    }

    /** The property, or null when the channel is left out. */
    private static Target property(Element target, List<String> notices) {
        String path = target.get("path").asText();
        if (path.equals("pointer") || !target.has("node")) {
            notices.add(target.path() + ": only the properties of nodes are animated; this channel is left out");
            return null;
        }
        return switch (path) {
            case "translation" -> Target.TRANSLATION;
            case "rotation" -> Target.ROTATION;
            case "scale" -> Target.SCALE;
            case "weights" -> Target.WEIGHTS;
            default -> throw target.error("'" + path + "' is not a property that glTF animates");
        };
    }

    private static Curve curve(Element sampler, Target target, int width, GltfAccessors accessors)
            throws InterruptedException {
        Element input = sampler.get("input");
        float[] times = accessors.floats(input, Shape.SCALAR);
        for (int i = 1; i < times.length; i++) {
            if (times[i] < times[i - 1]) {
                throw input.error("the times of its keys do not rise at key " + i);
            }
        }
        Interpolation interpolation = interpolation(sampler);
        Element output = sampler.get("output");
        Shape shape =
                switch (target) {
                    case ROTATION -> Shape.VEC4;
                    case WEIGHTS -> Shape.SCALAR;
                    case TRANSLATION, SCALE -> Shape.VEC3;
                };
        long expected = (long) times.length * interpolation.groups() * width;
        float[] values = accessors.floats(output, shape);
        if (values.length < expected) {
            throw output.error("it has " + values.length + " numbers, but " + times.length + " keys need " + expected);
        }
        return new Curve(times, values, width, interpolation);
    }

    private static Interpolation interpolation(Element sampler) {
        String name = sampler.text("interpolation", "LINEAR");
        for (Interpolation interpolation : Interpolation.values()) {
            if (interpolation.name().equals(name)) {
                return interpolation;
            }
        }
        throw sampler.error("'" + name + "' is not an interpolation of glTF");
    }
}
