package farm.tilth.render.loader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value of the glTF document together with its path, so that whatever is wrong with it can be named. Every reading
 * method throws INVALID_SCENE when the value is of another kind or out of range.
 */
final class Element {
    private static final String CORRECT = "correct the file or export it again";

    private final JsonNode node;
    private final String path;

    private Element(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    static Element root(JsonNode document) {
        Element root = new Element(document, "");
        if (!document.isObject()) {
            throw root.error("the glTF document is not a JSON object", CORRECT);
        }
        return root;
    }

    String path() {
        return path;
    }

    FarmException error(String problem, String remedy) {
        String place = path.isEmpty() ? "" : path + ": ";
        return new FarmException(ErrorCode.INVALID_SCENE, place + problem + "; " + remedy);
    }

    FarmException error(String problem) {
        return error(problem, CORRECT);
    }

    boolean has(String name) {
        JsonNode child = node.get(name);
        return child != null && !child.isNull();
    }

    /** A member of any kind. */
    Optional<Element> find(String name) {
        return has(name) ? Optional.of(child(name)) : Optional.empty();
    }

    /** A member that must be there. */
    Element get(String name) {
        return find(name).orElseThrow(() -> error("'" + name + "' is missing"));
    }

    /** A member that must be an object when it is there. */
    Optional<Element> findObject(String name) {
        Optional<Element> member = find(name);
        member.ifPresent(Element::requireObject);
        return member;
    }

    Element getObject(String name) {
        return get(name).requireObject();
    }

    Optional<Element> extension(String name) {
        return findObject("extensions").flatMap(extensions -> extensions.findObject(name));
    }

    /** The objects of an array; none when it is absent. */
    List<Element> objects(String name, int limit) {
        List<Element> elements = elements(name, limit);
        elements.forEach(Element::requireObject);
        return elements;
    }

    /** The elements of an array; none when it is absent. */
    List<Element> elements(String name, int limit) {
        if (!has(name)) {
            return List.of();
        }
        Element array = child(name);
        if (!array.node.isArray()) {
            throw array.error("it is not an array");
        }
        if (array.node.size() > limit) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    array.path + ": " + array.node.size() + " entries; a scene may have " + limit + ", simplify it");
        }
        List<Element> elements = new ArrayList<>(array.node.size());
        for (int i = 0; i < array.node.size(); i++) {
            elements.add(new Element(array.node.get(i), array.path + "[" + i + "]"));
        }
        return elements;
    }

    /** The members of an object by name, in the file's order. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    String text(String name, String fallback) {
        return find(name).map(Element::asText).orElse(fallback);
    }

    boolean flag(String name, boolean fallback) {
        if (!has(name)) {
            return fallback;
        }
        Element member = child(name);
        if (!member.node.isBoolean()) {
            throw member.error("it is neither true nor false");
        }
        return member.node.booleanValue();
    }

    double number(String name, double fallback) {
        return has(name) ? child(name).asNumber() : fallback;
    }

    float number(String name, double fallback, double min, double max) {
        return (float) Math.min(max, Math.max(min, number(name, fallback)));
    }

    /** An array of exactly so many numbers, when it is there. */
    Optional<double[]> numbers(String name, int count) {
        if (!has(name)) {
            return Optional.empty();
        }
        Element array = child(name);
        if (!array.node.isArray() || array.node.size() != count) {
            throw array.error("it is not an array of " + count + " numbers");
        }
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = new Element(array.node.get(i), array.path + "[" + i + "]").asNumber();
        }
        return Optional.of(numbers);
    }

    int integer(String name, int fallback, int min, int max) {
        return has(name) ? child(name).asInteger(min, max) : fallback;
    }

    int integer(String name, int min, int max) {
        return get(name).asInteger(min, max);
    }

    /** A reference into a list of the document; −1 when it is absent. */
    int findIndex(String name, int size, String list) {
        return has(name) ? child(name).asIndex(size, list) : -1;
    }

    /** A reference into a list of the document. */
    int index(String name, int size, String list) {
        return get(name).asIndex(size, list);
    }

    /**
     * A copy in which a member, some steps down, has other numbers. Objects that glTF gives a meaning by default are
     * made on the way.
     */
    Element with(List<String> members, double[] value) {
        ObjectNode copy = node.deepCopy();
        ObjectNode at = copy;
        for (String member : members.subList(0, members.size() - 1)) {
            JsonNode next = at.get(member);
            if (next == null && (member.startsWith("ext") || member.startsWith("KHR_") || member.startsWith("pbr"))) {
                next = at.putObject(member);
            }
            if (!(next instanceof ObjectNode object)) {
                throw error("it has no " + String.join("/", members) + " that could be animated");
            }
            at = object;
        }
        String last = members.getLast();
        if (value.length == 1) {
            at.put(last, value[0]);
        } else {
            ArrayNode array = at.putArray(last);
            for (double v : value) {
                array.add(v);
            }
        }
        return new Element(copy, path);
    }

    int asIndex(int size, String list) {
        long index = asLong();
        if (index < 0 || index >= size) {
            throw error("there is no " + list + "[" + index + "], the file has " + size + " of them");
        }
        return (int) index;
    }

    int asInteger(int min, int max) {
        long value = asLong();
        if (value < min || value > max) {
            throw error(value + " is not from " + min + " to " + max);
        }
        return (int) value;
    }

    String asText() {
        if (!node.isTextual()) {
            throw error("it is not a string");
        }
        return node.textValue();
    }

    private long asLong() {
        // Some exporters write 3.0 for 3.
        double value = asNumber();
        if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
            throw error(clip(node.asText()) + " is not an integer");
        }
        return (long) value;
    }

    private double asNumber() {
        if (!node.isNumber()) {
            throw error("it is not a number");
        }
        double value = node.doubleValue();
        if (!Double.isFinite(value)) {
            throw error("the number is too large");
        }
        return value;
    }

    private Element requireObject() {
        if (!node.isObject()) {
            throw error("it is not an object");
        }
        return this;
    }

    private Element child(String name) {
        return new Element(node.get(name), path.isEmpty() ? clip(name) : path + "." + clip(name));
    }

    private static String clip(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
