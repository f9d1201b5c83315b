package farm.tilth.render.loader;

import com.openize.drako.DataType;
import com.openize.drako.Draco;
import com.openize.drako.DracoMesh;
import com.openize.drako.DrakoException;
import com.openize.drako.PointAttribute;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.SceneLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The triangles of a primitive as KHR_draco_mesh_compression packs them. What is decoded takes the place of the data of
 * the primitive's accessors.
 */
final class DracoGeometry {
    private static final String RESAVE = "compress the file again with Draco 1.x";
    private static final int HEADER_BYTES = 11;
    private static final int METADATA_FLAG = 0x8000;
    private static final int MESH = 1;
    private static final int SEQUENTIAL = 0;

    /** A face costs its encoder about a bit; what claims to need far less is no mesh. */
    private static final long MAX_FACES_A_BYTE = 64;

    private final Element extension;
    private final DracoMesh mesh;

    private DracoGeometry(Element extension, DracoMesh mesh) {
        this.extension = extension;
        this.mesh = mesh;
    }

    /** Decodes the extension of a primitive and provides the accessors of its indices and attributes. */
    static void provide(Element extension, Element primitive, GltfAccessors accessors, SceneLimits limits)
            throws InterruptedException {
        int view = extension.index("bufferView", accessors.buffers().viewCount(), "bufferViews");
        ByteBuffer packed = accessors.buffers().view(view);
        // What is decoded counts each time, also where a file names the same data again and again.
        accessors.reserve(extension, 3 * checkedFaces(packed, extension, limits));
        DracoGeometry geometry = new DracoGeometry(extension, decode(packed, extension));
        Element attributes = primitive.getObject("attributes");
        Element ids = extension.getObject("attributes");
        accessors.provide(primitive.get("indices"), view, geometry.mesh.getNumFaces() * 3, geometry::writeIndices);
        for (String name : ids.names()) {
            if (attributes.has(name)) {
                PointAttribute attribute = geometry.attribute(ids.get(name));
                accessors.provide(
                        attributes.get(name),
                        view + "/" + attribute.getUniqueId(),
                        geometry.mesh.getNumPoints(),
                        to -> geometry.write(attribute, name, to));
            }
        }
    }

    /** The number of triangles; counts that the bytes cannot stand for are refused before memory is taken for them. */
    private static long checkedFaces(ByteBuffer packed, Element extension, SceneLimits limits) {
        byte[] magic = new byte[5];
        if (packed.limit() <= HEADER_BYTES + 8) {
            throw extension.error("its Draco data ends within its header", RESAVE);
        }
        packed.get(0, magic);
        int version = packed.get(5) << 8 | packed.get(6) & 0xff;
        if (!new String(magic, StandardCharsets.US_ASCII).equals("DRACO") || packed.get(7) != MESH) {
            throw extension.error("its data is no Draco mesh", RESAVE);
        }
        if (version != 0x0202 || (packed.getShort(9) & METADATA_FLAG) != 0) {
            throw extension.error(
                    "its Draco data has version " + packed.get(5) + "." + packed.get(6)
                            + " or carries metadata; only plain 2.2 is read",
                    RESAVE);
        }
        int[] at = {HEADER_BYTES};
        boolean sequential = packed.get(8) == SEQUENTIAL;
        if (!sequential) {
            at[0]++; // the traversal's kind
        }
        long first = varint(packed, at, extension);
        long second = varint(packed, at, extension);
        long faces = sequential ? first : second;
        long points = sequential ? second : first;
        if (faces > MAX_FACES_A_BYTE * packed.limit() || points > 3 * MAX_FACES_A_BYTE * packed.limit()) {
            throw extension.error(
                    faces + " triangles and " + points + " vertices cannot be packed in " + packed.limit() + " bytes",
                    RESAVE);
        }
        if (faces > limits.triangles() || points > 3 * limits.triangles()) {
            throw MeshParts.tooManyTriangles(extension.path(), limits);
        }
        return faces;
    }

    private static long varint(ByteBuffer packed, int[] at, Element extension) {
        long value = 0;
        for (int shift = 0; shift < 35 && at[0] < packed.limit(); shift += 7) {
            int next = packed.get(at[0]++);
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw extension.error("its Draco header is broken", RESAVE);
    }

    private static DracoMesh decode(ByteBuffer packed, Element extension) {
        byte[] content = new byte[packed.limit()];
        packed.get(0, content);
        try {
            if (Draco.decode(content) instanceof DracoMesh mesh) {
                return mesh;
            }
            throw extension.error("its Draco data is no mesh", RESAVE);
        } catch (FarmException e) {
            throw e;
        } catch (DrakoException | RuntimeException e) {
            // The decoder answers broken data with unchecked exceptions of many kinds, too.
            throw extension.error("its Draco data cannot be decoded: " + e, RESAVE);
        } catch (OutOfMemoryError e) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    extension.path() + ": its Draco data needs more memory than there is; simplify the mesh",
                    e);
        }
    }

    private PointAttribute attribute(Element id) {
        int wanted = id.asInteger(0, Short.MAX_VALUE);
        for (int i = 0; i < mesh.getNumAttributes(); i++) {
            if (mesh.attribute(i).getUniqueId() == wanted) {
                return mesh.attribute(i);
            }
        }
        throw id.error("the Draco data has no attribute " + wanted, RESAVE);
    }

    private void writeIndices(GltfAccessors.Packing to) {
        int[] face = new int[3];
        for (int f = 0; f < mesh.getNumFaces(); f++) {
            mesh.readFace(f, face);
            for (int corner : face) {
                to.put(corner);
            }
        }
    }

    private void write(PointAttribute attribute, String name, GltfAccessors.Packing to) {
        if (attribute.getComponentsCount() != to.width()) {
            throw extension.error(
                    name + " has " + attribute.getComponentsCount() + " components in its Draco data, but " + to.width()
                            + " in its accessor",
                    RESAVE);
        }
        byte[] content = attribute.getBuffer().getBuffer();
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int size = bytes(attribute.getDataType());
        try {
            for (int p = 0; p < mesh.getNumPoints(); p++) {
                int at = attribute.getBytePos(attribute.mappedIndex(p));
                for (int c = 0; c < to.width(); c++) {
                    to.put(value(bytes, at + c * size, attribute.getDataType()));
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw extension.error("its Draco data lacks values of " + name, RESAVE);
        }
    }

    private int bytes(int type) {
        return switch (type) {
            case DataType.INT8, DataType.UINT8, DataType.BOOL -> 1;
            case DataType.INT16, DataType.UINT16 -> 2;
            case DataType.INT32, DataType.UINT32, DataType.FLOAT32 -> 4;
            default -> throw extension.error("its Draco data has values of a type that glTF has not", RESAVE);
        };
    }

    private static double value(ByteBuffer bytes, int at, int type) {
        return switch (type) {
            case DataType.INT8 -> bytes.get(at);
            case DataType.UINT8, DataType.BOOL -> bytes.get(at) & 0xff;
            case DataType.INT16 -> bytes.getShort(at);
            case DataType.UINT16 -> bytes.getShort(at) & 0xffff;
            case DataType.INT32 -> bytes.getInt(at);
            case DataType.UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
            default -> bytes.getFloat(at);
        };
    }
}
