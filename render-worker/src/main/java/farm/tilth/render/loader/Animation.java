package farm.tilth.render.loader;

import farm.tilth.render.loader.Curve.Interpolation;
import farm.tilth.render.loader.GltfAccessors.Shape;
import farm.tilth.render.scene.SceneLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An animation of the document.
 *
 * @param channels curves that drive properties of nodes
 * @param properties what else is driven
 */
record Animation(String name, List<Channel> channels, List<AnimatedProperty> properties, double seconds) {
    private static final Pattern NODE_POINTER = Pattern.compile(
            "/nodes/([0-9]{1,6})/(translation|rotation|scale|weights|extensions/KHR_node_visibility/visible)");

    /** The property that a channel drives. */
    enum Target {
        TRANSLATION(3),
        ROTATION(4),
        SCALE(3),
        WEIGHTS(0),
        VISIBILITY(1);

        final int width;

        Target(int width) {
            this.width = width;
        }

        static Optional<Target> of(String path) {
            return switch (path) {
                case "translation" -> Optional.of(TRANSLATION);
                case "rotation" -> Optional.of(ROTATION);
                case "scale" -> Optional.of(SCALE);
                case "weights" -> Optional.of(WEIGHTS);
                case "extensions/KHR_node_visibility/visible" -> Optional.of(VISIBILITY);
                default -> Optional.empty();
            };
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
        List<AnimatedProperty> properties = new ArrayList<>();
        for (Element channel : animation.objects("channels", limits.objects())) {
            Element sampler = samplers.get(channel.index("sampler", samplers.size(), animation.path() + ".samplers"));
            Element target = channel.getObject("target");
            Optional<Driven> node = node(target, targets.length);
            Optional<AnimatedProperty.Place> place = pointer(target).flatMap(AnimatedProperty::place);
            if (node.isPresent()) {
                channels.add(channel(target, sampler, node.get(), targets, accessors));
            } else if (place.isPresent()) {
                Element output = sampler.get("output");
                int width = accessors.components(output);
                properties.add(place.get().driven(curve(sampler, Shape.ofWidth(width), width, accessors)));
            } else {
                notices.add(target.path() + ": it drives a property that is not animated here and is left out");
            }
        }
        double seconds = 0;
        for (Channel channel : channels) {
            seconds = Math.max(seconds, channel.curve.end());
        }
        for (AnimatedProperty property : properties) {
            seconds = Math.max(seconds, property.curve().end());
        }
        return new Animation(animation.text("name", ""), channels, properties, seconds);
    }

    /** A node and which of its properties. */
    private record Driven(int node, Target property) {}

    private static Channel channel(
            Element target, Element sampler, Driven driven, int[] targets, GltfAccessors accessors)
            throws InterruptedException {
        boolean weights = driven.property == Target.WEIGHTS;
        int width = weights ? targets[driven.node] : driven.property.width;
        if (width == 0) {
            throw target.error("nodes[" + driven.node + "] has no morph targets whose weights could be animated");
        }
        Shape shape = weights ? Shape.SCALAR : Shape.ofWidth(width);
        return new Channel(driven.node, driven.property, curve(sampler, shape, width, accessors));
    }

    /** The node that a channel drives, if it is one. */
    private static Optional<Driven> node(Element target, int nodes) {
        Optional<String> pointer = pointer(target);
        if (pointer.isPresent()) {
            Matcher matcher = NODE_POINTER.matcher(pointer.get());
            if (!matcher.matches()) {
                return Optional.empty();
            }
            int node = Integer.parseInt(matcher.group(1));
            if (node >= nodes) {
                throw target.error("'" + pointer.get() + "' is not there, the file has " + nodes + " nodes");
            }
            return Target.of(matcher.group(2)).map(property -> new Driven(node, property));
        }
        String path = target.get("path").asText();
        Optional<Target> property = Target.of(path).filter(known -> known != Target.VISIBILITY);
        if (property.isEmpty() && !path.equals("pointer")) {
            throw target.error("'" + path + "' is not a property that glTF animates");
        }
        return target.has("node")
                ? property.map(known -> new Driven(target.index("node", nodes, "nodes"), known))
                : Optional.empty();
    }

    private static Optional<String> pointer(Element target) {
        return target.extension("KHR_animation_pointer")
                .map(extension -> extension.get("pointer").asText());
    }

    private static Curve curve(Element sampler, Shape shape, int width, GltfAccessors accessors)
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
