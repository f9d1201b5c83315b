package farm.tilth.render.loader;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageReader;

/** The container of EXT_texture_webp's images (RFC 9649); their pixels are read by TwelveMonkeys, in Java. */
final class WebpImage {
    static final String FORMAT = "webp";

    private static final String RESAVE = "save the image again as WebP or PNG";
    private static final int RIFF = 0x46464952;
    private static final int WEBP = 0x50424557;
    private static final int LOSSY = 0x20385056;
    private static final int LOSSLESS = 0x4c385056;
    private static final int EXTENDED = 0x58385056;
    private static final int ANIMATED = 2;
    private static final int LEAST_BYTES = 30;

    private WebpImage() {}

    static boolean isWebp(ByteBuffer bytes) {
        return bytes.limit() >= 12 && bytes.getInt(0) == RIFF && bytes.getInt(8) == WEBP;
    }

    static DecodedImage.Size size(ByteBuffer bytes, Element place) {
        if (bytes.limit() < LEAST_BYTES) {
            throw place.error("the WebP ends within its header", RESAVE);
        }
        return switch (bytes.getInt(12)) {
            case LOSSY -> DecodedImage.checked(FORMAT, bytes.getShort(26) & 0x3fff, bytes.getShort(28) & 0x3fff, place);
            case LOSSLESS -> {
                int bits = bytes.getInt(21);
                yield DecodedImage.checked(FORMAT, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, place);
            }
            case EXTENDED -> {
                if ((bytes.get(20) & ANIMATED) != 0) {
                    throw place.error("the WebP is a film", "save its first picture alone");
                }
                int width = (bytes.getInt(24) & 0xffffff) + 1;
                yield DecodedImage.checked(FORMAT, width, (bytes.getInt(26) >>> 8) + 1, place);
            }
            default -> throw place.error("the WebP has no picture", RESAVE);
        };
    }

    static ImageReader reader() {
        try {
            return new WebPImageReaderSpi().createReaderInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
