package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.SceneLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Typed reading of the document's accessors: every range is checked before memory is taken. Arrays are kept for the
 * next reader of the same accessor: nobody writes to them.
 */
final class GltfAccessors {
    /** In place of a bufferView's number: what {@link #provide} was given. */
    private static final int PROVIDED = -1;

    private final GltfBuffers buffers;
    private final SceneLimits limits;
    private final List<Element> accessors;
    private final Map<Integer, float[]> floats = new HashMap<>();
    private final Map<Integer, int[]> integers = new HashMap<>();
    private final Map<Integer, Provided> provided = new HashMap<>();
    private long values;

    GltfAccessors(GltfBuffers buffers, Element root, SceneLimits limits) {
        this.buffers = buffers;
        this.limits = limits;
        this.accessors = root.objects("accessors", limits.objects());
    }

    /** Where the bytes come from. */
    GltfBuffers buffers() {
        return buffers;
    }

    /** The shapes of an element. */
    enum Shape {
        SCALAR(1),
        VEC2(2),
        VEC3(3),
        VEC4(4),
        MAT4(16);

        final int components;

        Shape(int components) {
            this.components = components;
        }

        static Shape ofWidth(int components) {
            for (Shape shape : values()) {
                if (shape.components == components) {
                    return shape;
                }
            }
            throw new IllegalArgumentException("no element has " + components + " components");
        }
    }

    /**
     * Tells what an accessor holds whose data is not in a bufferView of its own: a decoder's output.
     *
     * @param origin what it was decoded from: an accessor has one origin only
     * @param count of elements, whatever the accessor says
     * @param writer puts the components of all elements, one after the other, in the accessor's component type
     */
    void provide(Element reference, Object origin, int count, Consumer<Packing> writer) {
        Accessor accessor = accessor(reference);
        Provided known = provided.get(accessor.index);
        if (known != null && !known.origin.equals(origin)) {
            throw accessor.error("its data is compressed twice, differently");
        }
        if (known == null) {
            long bytes = (long) count * accessor.elementBytes();
            reserve(reference, (long) count * accessor.shape.components);
            ByteBuffer packed = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
            writer.accept(new Packing(packed, accessor.component, accessor.shape.components));
            provided.put(accessor.index, new Provided(origin, count, packed));
        }
    }

    /** Takes the components of a provided accessor. */
    static final class Packing {
        private final ByteBuffer out;
        private final Component component;
        private final int width;

        private Packing(ByteBuffer out, Component component, int width) {
            this.out = out;
            this.component = component;
            this.width = width;
        }

        /** How many components an element has. */
        int width() {
            return width;
        }

        /** The next component. */
        void put(double value) {
            switch (component) {
                case FLOAT -> out.putFloat((float) value);
                case BYTE, UNSIGNED_BYTE -> out.put((byte) (long) value);
                case SHORT, UNSIGNED_SHORT -> out.putShort((short) (long) value);
                case UNSIGNED_INT -> out.putInt((int) (long) value);
            }
        }
    }

    /** The number of elements of the accessor that {@code reference} names. */
    int count(Element reference) {
        return accessor(reference).count;
    }

    /** How many components an element of the accessor has. */
    int components(Element reference) {
        return accessor(reference).shape.components;
    }

    /** The values as numbers: normalised integers come as 0 … 1 or −1 … 1. All of them are finite. */
    float[] floats(Element reference, Shape... allowed) throws InterruptedException {
        Accessor accessor = accessor(reference);
        requireShape(accessor, allowed);
        float[] cached = floats.get(accessor.index);
        if (cached != null) {
            return cached;
        }
        checkData(accessor);
        float[] out = new float[reserve(accessor)];
        decode(
                accessor,
                (target, bytes, at) -> out[target] = accessor.component.number(bytes, at, accessor.normalized));
        for (int i = 0; i < out.length; i++) {
            if (!Float.isFinite(out[i])) {
                throw accessor.error(
                        "element " + i / accessor.shape.components + " of it is not a finite number",
                        "repair the mesh or the animation and export it again");
            }
        }
        floats.put(accessor.index, out);
        return out;
    }

    /** The values as unsigned integers: indices and joints. */
    int[] integers(Element reference, Shape shape) throws InterruptedException {
        Accessor accessor = accessor(reference);
        requireShape(accessor, shape);
        if (!accessor.component.isUnsigned()) {
            throw accessor.error("its componentType " + accessor.component.code + " is not an unsigned integer");
        }
        int[] cached = integers.get(accessor.index);
        if (cached != null) {
            return cached;
        }
        checkData(accessor);
        int[] out = new int[reserve(accessor)];
        decode(accessor, (target, bytes, at) -> out[target] = accessor.component.unsigned(bytes, at));
        integers.put(accessor.index, out);
        return out;
    }

    private void requireShape(Accessor accessor, Shape... allowed) {
        for (Shape shape : allowed) {
            if (accessor.shape == shape) {
                return;
            }
        }
        throw accessor.error("its type " + accessor.shape + " does not fit here; expected " + List.of(allowed));
    }

    private int reserve(Accessor accessor) {
        long length = (long) accessor.count * accessor.shape.components;
        reserve(accessor.user, length);
        return (int) length;
    }

    /** Counts values against the limit of the scene, before memory is taken for them. */
    void reserve(Element user, long count) {
        values += count;
        if (values > limits.values()) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    user.path() + ": the scene has more than " + limits.values()
                            + " vertex and animation values; simplify it");
        }
    }

    /** Refuses an accessor whose data is not all there, before memory is taken for it. */
    private void checkData(Accessor accessor) throws InterruptedException {
        if (hasBase(accessor)) {
            checked(accessor, base(accessor));
        } else if (accessor.count > limits.triangles()) {
            throw accessor.error("it has " + accessor.count + " elements and no data");
        }
        Optional<Element> sparse = accessor.element.findObject("sparse");
        if (sparse.isPresent()) {
            int count = sparse.get().integer("count", 1, accessor.count);
            Element indices = sparse.get().getObject("indices");
            Component component = Component.of(indices.get("componentType"));
            if (!component.isUnsigned()) {
                throw indices.error("its componentType " + component.code + " is not an unsigned integer");
            }
            checked(accessor.sparseIndices(indices, count, component), range(indices, count));
            checked(accessor, range(sparse.get().getObject("values"), count));
        }
    }

    private void decode(Accessor accessor, Sink sink) throws InterruptedException {
        int width = accessor.shape.components;
        if (hasBase(accessor)) {
            copy(accessor, base(accessor), i -> i * width, sink);
        }
        if (accessor.element.has("sparse")) {
            patch(accessor, accessor.element.getObject("sparse"), sink);
        }
    }

    private void patch(Accessor accessor, Element sparse, Sink sink) throws InterruptedException {
        int count = sparse.integer("count", 1, accessor.count);
        Element indices = sparse.getObject("indices");
        Component component = Component.of(indices.get("componentType"));
        int[] targets = new int[count];
        Accessor positions = accessor.sparseIndices(indices, count, component);
        copy(positions, range(indices, count), i -> i, (to, bytes, at) -> targets[to] = component.unsigned(bytes, at));
        for (int i = 0; i < count; i++) {
            if (targets[i] < 0 || targets[i] >= accessor.count || (i > 0 && targets[i] <= targets[i - 1])) {
                throw accessor.error("sparse index " + i + " is out of range or not in rising order");
            }
        }
        int width = accessor.shape.components;
        copy(accessor, range(sparse.getObject("values"), count), i -> targets[i] * width, sink);
    }

    private boolean hasBase(Accessor accessor) {
        return accessor.element.has("bufferView") || provided.containsKey(accessor.index);
    }

    private Range base(Accessor accessor) {
        if (provided.containsKey(accessor.index)) {
            return new Range(PROVIDED, 0, 0, accessor.count);
        }
        int view = accessor.element.index("bufferView", buffers.viewCount(), "bufferViews");
        int offset = accessor.element.integer("byteOffset", 0, 0, Integer.MAX_VALUE);
        return new Range(view, offset, buffers.stride(view), accessor.count);
    }

    private Range range(Element part, int count) {
        int view = part.index("bufferView", buffers.viewCount(), "bufferViews");
        return new Range(view, part.integer("byteOffset", 0, 0, Integer.MAX_VALUE), 0, count);
    }

    private void copy(Accessor accessor, Range range, IntUnaryOperator target, Sink sink) throws InterruptedException {
        ByteBuffer bytes = checked(accessor, range);
        int stride = range.strideFor(accessor);
        for (int i = 0; i < range.count; i++) {
            int at = range.offset + i * stride;
            int to = target.applyAsInt(i);
            for (int c = 0; c < accessor.shape.components; c++) {
                sink.put(to + c, bytes, at + c * accessor.component.bytes);
            }
        }
    }

    /** The bytes that a range reads from, once it is known to lie in them. */
    private ByteBuffer checked(Accessor accessor, Range range) throws InterruptedException {
        int stride = range.strideFor(accessor);
        if (stride < accessor.elementBytes()) {
            throw accessor.error("bufferView " + range.view + " has byteStride " + stride + ", but an element has "
                    + accessor.elementBytes() + " bytes");
        }
        ByteBuffer bytes = range.view == PROVIDED ? provided.get(accessor.index).bytes : buffers.view(range.view);
        long end = range.offset + (long) stride * (range.count - 1) + accessor.elementBytes();
        if (end > bytes.limit()) {
            throw accessor.error(
                    "accessor " + accessor.index + " reads past the end of bufferView " + range.view + " (to byte "
                            + end + " of " + bytes.limit() + ")",
                    "re-export the file");
        }
        return bytes;
    }

    private Accessor accessor(Element reference) {
        int index = reference.asIndex(accessors.size(), "accessors");
        Element element = accessors.get(index);
        Provided known = provided.get(index);
        int count = known != null ? known.count : element.integer("count", 1, Integer.MAX_VALUE);
        Component component = Component.of(element.get("componentType"));
        Element type = element.get("type");
        Shape shape = shape(type);
        if ((long) count * shape.components > Math.min(limits.values(), Integer.MAX_VALUE / 4)) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    reference.path() + ": accessor " + index + " has " + count + " elements; simplify the scene");
        }
        boolean normalized = element.flag("normalized", false);
        return new Accessor(reference, index, element, count, shape, component, normalized);
    }

    private static Shape shape(Element type) {
        for (Shape shape : Shape.values()) {
            if (shape.name().equals(type.asText())) {
                return shape;
            }
        }
        throw type.error("'" + type.asText() + "' is not an accessor type that is used here");
    }

    private record Provided(Object origin, int count, ByteBuffer bytes) {}

    private interface Sink {
        void put(int target, ByteBuffer bytes, int at);
    }

    private record Range(int view, int offset, int stride, int count) {
        int strideFor(Accessor accessor) {
            return stride == 0 ? accessor.elementBytes() : stride;
        }
    }

    private record Accessor(
            Element user, int index, Element element, int count, Shape shape, Component component, boolean normalized) {
        int elementBytes() {
            return shape.components * component.bytes;
        }

        Accessor sparseIndices(Element indices, int sparseCount, Component type) {
            return new Accessor(user, index, indices, sparseCount, Shape.SCALAR, type, false);
        }

        FarmException error(String problem) {
            return error(problem, "re-export the file");
        }

        FarmException error(String problem, String remedy) {
            String subject = problem.startsWith("accessor ") ? "" : "accessor " + index + ": ";
            return user.error(subject + problem, remedy);
        }
    }

    private enum Component {
        BYTE(5120, 1),
        UNSIGNED_BYTE(5121, 1),
        SHORT(5122, 2),
        UNSIGNED_SHORT(5123, 2),
        UNSIGNED_INT(5125, 4),
        FLOAT(5126, 4);

        final int code;
        final int bytes;

        Component(int code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        static Component of(Element type) {
            int code = type.asInteger(0, Integer.MAX_VALUE);
            for (Component component : values()) {
                if (component.code == code) {
                    return component;
                }
            }
            throw type.error(code + " is not a component type of glTF");
        }

        boolean isUnsigned() {
            return this == UNSIGNED_BYTE || this == UNSIGNED_SHORT || this == UNSIGNED_INT;
        }

        int unsigned(ByteBuffer in, int at) {
            return switch (bytes) {
                case 1 -> in.get(at) & 0xff;
                case 2 -> in.getShort(at) & 0xffff;
                default -> in.getInt(at);
            };
        }

        float number(ByteBuffer in, int at, boolean normalized) {
            return switch (this) {
                case FLOAT -> in.getFloat(at);
                case BYTE -> normalized ? Math.max(in.get(at) / 127f, -1f) : in.get(at);
                case UNSIGNED_BYTE -> normalized ? (in.get(at) & 0xff) / 255f : in.get(at) & 0xff;
                case SHORT -> normalized ? Math.max(in.getShort(at) / 32767f, -1f) : in.getShort(at);
                case UNSIGNED_SHORT -> normalized ? (in.getShort(at) & 0xffff) / 65535f : in.getShort(at) & 0xffff;
                case UNSIGNED_INT -> Integer.toUnsignedLong(in.getInt(at));
            };
        }
    }
}
