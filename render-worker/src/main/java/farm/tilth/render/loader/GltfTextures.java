package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.SceneLimits;
import farm.tilth.render.scene.Texels;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.Texture.Filter;
import farm.tilth.render.scene.Texture.Levels;
import farm.tilth.render.scene.Texture.Wrap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images with their samplers, decoded when a material first uses them. */
final class GltfTextures {
    private static final int NEAREST = 9728;
    private static final int LINEAR = 9729;
    private static final int NEAREST_MIPMAP_NEAREST = 9984;
    private static final int LINEAR_MIPMAP_NEAREST = 9985;
    private static final int NEAREST_MIPMAP_LINEAR = 9986;
    private static final int LINEAR_MIPMAP_LINEAR = 9987;
    private static final int CLAMP_TO_EDGE = 33_071;
    private static final int MIRRORED_REPEAT = 33_648;
    private static final int REPEAT = 10_497;

    private final GltfBuffers buffers;
    private final SceneLimits limits;
    private final List<String> notices;
    private final List<Element> textures;
    private final List<Element> images;
    private final List<Element> samplers;
    private final Map<Integer, DecodedImage> decoded = new HashMap<>();
    private final Map<Texels, Texels> linear = new IdentityHashMap<>();
    private final Map<Use, Integer> numbers = new HashMap<>();
    private final List<Texture> used = new ArrayList<>();
    private long pixels;

    GltfTextures(GltfBuffers buffers, Element root, SceneLimits limits, List<String> notices) {
        this.buffers = buffers;
        this.limits = limits;
        this.notices = notices;
        this.textures = root.objects("textures", limits.objects());
        this.images = root.objects("images", limits.objects());
        this.samplers = root.objects("samplers", limits.objects());
    }

    /** The textures that were asked for, in the order in which they were first asked for. */
    List<Texture> used() {
        return used;
    }

    /** The scene's number of the texture that {@code reference} names; −1 when it has no picture that is read here. */
    int texture(Element reference, boolean srgb) throws InterruptedException {
        int index = reference.asIndex(textures.size(), "textures");
        Integer known = numbers.get(new Use(index, srgb));
        if (known != null) {
            return known;
        }
        Element texture = textures.get(index);
        int number = -1;
        Optional<Element> source = source(texture);
        if (source.isPresent()) {
            DecodedImage image = image(source.get().asIndex(images.size(), "images"));
            number = used.size();
            used.add(sampled(texture, image, srgb));
        } else {
            notices.add(texture.path() + ": it has no source that is read here and is left out");
        }
        numbers.put(new Use(index, srgb), number);
        return number;
    }

    /** The image of an extension before the one for programs that do not know it. */
    private static Optional<Element> source(Element texture) {
        return texture.extension("KHR_texture_basisu")
                .or(() -> texture.extension("EXT_texture_webp"))
                .map(extension -> extension.get("source"))
                .or(() -> texture.find("source"));
    }

    private Texture sampled(Element texture, DecodedImage image, boolean encoded) {
        // 16 bits are decoded from sRGB here: the kernel has a table for 8 only.
        boolean decode = encoded && image.texels().wide();
        Texels texels = decode ? linear.computeIfAbsent(image.texels(), Texels::linear) : image.texels();
        boolean srgb = encoded && !decode;
        int sampler = texture.findIndex("sampler", samplers.size(), "samplers");
        if (sampler < 0) {
            return new Texture(image.width(), image.height(), texels, srgb, Wrap.REPEAT, Wrap.REPEAT, Filter.SMOOTH);
        }
        Element settings = samplers.get(sampler);
        return new Texture(
                image.width(),
                image.height(),
                texels,
                srgb,
                wrap(settings, "wrapS"),
                wrap(settings, "wrapT"),
                filter(settings));
    }

    /** Without a filter for minification there are levels, as in most viewers; it goes for both where it is alone. */
    private static Filter filter(Element sampler) {
        int min = sampler.integer("minFilter", LINEAR_MIPMAP_LINEAR, 0, Integer.MAX_VALUE);
        boolean minNearest = min == NEAREST || min == NEAREST_MIPMAP_NEAREST || min == NEAREST_MIPMAP_LINEAR;
        int mag = sampler.integer("magFilter", minNearest ? NEAREST : LINEAR, 0, Integer.MAX_VALUE);
        Levels levels =
                switch (min) {
                    case NEAREST, LINEAR -> Levels.NONE;
                    case NEAREST_MIPMAP_NEAREST, LINEAR_MIPMAP_NEAREST -> Levels.NEAREST;
                    case NEAREST_MIPMAP_LINEAR, LINEAR_MIPMAP_LINEAR -> Levels.BLENDED;
                    default -> throw sampler.get("minFilter").error(min + " is not a filter of glTF");
                };
        return new Filter(mag == NEAREST, levels, minNearest);
    }

    private static Wrap wrap(Element sampler, String name) {
        int code = sampler.integer(name, REPEAT, 0, Integer.MAX_VALUE);
        return switch (code) {
            case REPEAT -> Wrap.REPEAT;
            case CLAMP_TO_EDGE -> Wrap.CLAMP_TO_EDGE;
            case MIRRORED_REPEAT -> Wrap.MIRRORED_REPEAT;
            default -> throw sampler.get(name).error(code + " is not a wrap mode of glTF");
        };
    }

    private DecodedImage image(int index) throws InterruptedException {
        DecodedImage known = decoded.get(index);
        if (known == null) {
            known = decode(images.get(index));
            decoded.put(index, known);
        }
        return known;
    }

    private DecodedImage decode(Element image) throws InterruptedException {
        ByteBuffer bytes = image.has("uri")
                ? buffers.resource(image.get("uri"), "the image")
                : buffers.view(image.index("bufferView", buffers.viewCount(), "bufferViews"));
        DecodedImage.Size size = DecodedImage.size(bytes, image);
        if (size.pixels() > limits.imagePixels() || (pixels += size.pixels()) > limits.scenePixels()) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    image.path() + ": " + size.width() + " × " + size.height() + " pixels; an image may have "
                            + limits.imagePixels() + ", all images together " + limits.scenePixels()
                            + ", make it smaller");
        }
        return DecodedImage.decode(bytes, size, image, notices);
    }

    private record Use(int texture, boolean srgb) {}
}
