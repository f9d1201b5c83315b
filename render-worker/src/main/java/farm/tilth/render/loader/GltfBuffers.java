package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.SceneLimits;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The buffers and bufferViews of a document, and the files and data: URIs that it names. */
final class GltfBuffers {
    private final SceneSource source;
    private final SceneLimits limits;
    private final Optional<ByteBuffer> binary;
    private final List<Element> buffers;
    private final List<Element> views;
    private final List<ByteBuffer> loaded = new ArrayList<>();
    private final Map<Integer, ByteBuffer> unpacked = new HashMap<>();
    private long unpackedBytes;

    GltfBuffers(SceneSource source, GltfContainer container, SceneLimits limits) {
        this.source = source;
        this.limits = limits;
        this.binary = container.binary();
        this.buffers = container.root().objects("buffers", limits.objects());
        this.views = container.root().objects("bufferViews", limits.objects());
        buffers.forEach(buffer -> loaded.add(null));
    }

    /** The bytes of a view, little-endian. */
    ByteBuffer view(int index) throws InterruptedException {
        Element view = views.get(index);
        Optional<Element> packed = MeshoptView.of(view);
        if (packed.isEmpty()) {
            return range(view);
        }
        ByteBuffer known = unpacked.get(index);
        if (known == null) {
            known = MeshoptView.unpack(packed.get(), range(packed.get()), limits);
            unpackedBytes += known.limit();
            if (unpackedBytes > limits.values() * Float.BYTES) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE, view.path() + ": the scene unpacks to too many bytes; simplify it");
            }
            unpacked.put(index, known);
        }
        return known;
    }

    /** The bytes that byteOffset and byteLength name in a buffer. */
    private ByteBuffer range(Element view) throws InterruptedException {
        Element reference = view.get("buffer");
        int buffer = reference.asIndex(buffers.size(), "buffers");
        int offset = view.integer("byteOffset", 0, 0, Integer.MAX_VALUE);
        int length = view.integer("byteLength", 1, Integer.MAX_VALUE);
        ByteBuffer bytes = buffer(buffer);
        if ((long) offset + length > bytes.limit()) {
            throw view.error("it reads bytes " + offset + " to " + ((long) offset + length) + " of buffers[" + buffer
                    + "], which has " + bytes.limit());
        }
        return slice(bytes, offset, length);
    }

    int viewCount() {
        return views.size();
    }

    /** The distance between elements that a view prescribes; 0 when it leaves that to the accessor. */
    int stride(int index) {
        return views.get(index).integer("byteStride", 0, 4, 252);
    }

    private ByteBuffer buffer(int index) throws InterruptedException {
        if (loaded.get(index) == null) {
            loaded.set(index, load(buffers.get(index), index));
        }
        return loaded.get(index);
    }

    private ByteBuffer load(Element buffer, int index) throws InterruptedException {
        int length = buffer.integer("byteLength", 1, Integer.MAX_VALUE);
        ByteBuffer bytes;
        if (buffer.has("uri")) {
            bytes = resource(buffer.get("uri"), "the buffer");
        } else if (index == 0 && binary.isPresent()) {
            bytes = binary.get();
        } else {
            throw buffer.error("it has no uri, and the file has no binary chunk for it");
        }
        if (bytes.limit() < length) {
            throw buffer.error(
                    "it says byteLength " + length + ", but there are " + bytes.limit() + " bytes",
                    "upload the whole file or export it again");
        }
        return slice(bytes, 0, length);
    }

    /** What a uri names: the bytes of a data: URI, or a file of the scene. */
    ByteBuffer resource(Element uri, String what) throws InterruptedException {
        String text = uri.asText();
        if (text.startsWith("data:")) {
            return dataUri(uri, text);
        }
        String path = relativePath(uri, text);
        Optional<Path> file = source.find(path);
        if (file.isEmpty()) {
            throw uri.error("the file '" + path + "' of " + what + " is missing", "upload it with the scene");
        }
        return map(file.get(), path, limits.fileBytes());
    }

    /** A file as read-only little-endian bytes. */
    static ByteBuffer map(Path file, String name, long maxBytes) throws InterruptedException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > maxBytes) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE,
                        name + ": it has " + size + " bytes; a file of a scene may have " + maxBytes);
            }
            if (size == 0) {
                throw new FarmException(ErrorCode.INVALID_SCENE, name + ": the file is empty; upload it again");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while reading " + name);
        } catch (IOException e) {
            throw new FarmException(ErrorCode.UNAVAILABLE, name + ": it cannot be read: " + e.getMessage(), e);
        }
    }

    static ByteBuffer slice(ByteBuffer bytes, int offset, int length) {
        return bytes.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer dataUri(Element uri, String text) {
        int comma = text.indexOf(',');
        if (comma < 0 || !text.substring(0, comma).endsWith(";base64")) {
            throw uri.error("the data: URI is not base64");
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text.substring(comma + 1).getBytes(StandardCharsets.ISO_8859_1));
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IllegalArgumentException e) {
            throw uri.error("the data: URI is not base64: " + e.getMessage());
        }
    }

    private String relativePath(Element uri, String text) {
        String decoded;
        try {
            decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw uri.error("'" + text + "' is not a valid URI");
        }
        if (decoded.contains(":") || decoded.startsWith("/") || decoded.contains("\\") || decoded.indexOf(0) >= 0) {
            throw uri.error("'" + decoded + "' is not a relative path", "put the file beside the scene and name it so");
        }
        Deque<String> parts = new ArrayDeque<>();
        int slash = source.main().lastIndexOf('/');
        String folder = slash < 0 ? "" : source.main().substring(0, slash + 1);
        for (String part : (folder + decoded).split("/")) {
            if (part.equals("..") && parts.pollLast() == null) {
                throw uri.error("'" + decoded + "' leaves the scene's folder", "put the file inside it");
            } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }
}
