package farm.tilth.render.loader;

import farm.tilth.render.scene.Texels;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * The pixels of a PNG, JPEG, WebP or KTX2 as its file has them: colour profiles are left aside, as glTF prescribes.
 */
record DecodedImage(int width, int height, Texels texels) {
    private static final String RESAVE = "save the image again as PNG or baseline JPEG";
    private static final long PNG_MAGIC = 0x89504e470d0a1a0aL;

    /** The size that an image's header gives. */
    record Size(String format, int width, int height) {
        long pixels() {
            return (long) width * height;
        }
    }

    /** Reads the header alone, so that an image can be refused before it is decoded. */
    static Size size(ByteBuffer bytes, Element place) {
        if (bytes.limit() >= 24 && Long.reverseBytes(bytes.getLong(0)) == PNG_MAGIC) {
            return checked(
                    "png", Integer.reverseBytes(bytes.getInt(16)), Integer.reverseBytes(bytes.getInt(20)), place);
        }
        if (bytes.limit() >= 4 && u8(bytes, 0) == 0xff && u8(bytes, 1) == 0xd8) {
            return jpegSize(bytes, place);
        }
        if (WebpImage.isWebp(bytes)) {
            return WebpImage.size(bytes, place);
        }
        if (Ktx2Image.isKtx2(bytes)) {
            return Ktx2Image.size(bytes, place);
        }
        throw place.error("the image is neither PNG, JPEG, WebP nor KTX2", RESAVE);
    }

    private static Size jpegSize(ByteBuffer bytes, Element place) {
        int at = 2;
        while (at + 9 < bytes.limit()) {
            if (u8(bytes, at) != 0xff) {
                throw place.error("the JPEG is broken at byte " + at, RESAVE);
            }
            int marker = u8(bytes, at + 1);
            if (marker == 0xff) {
                at++;
                continue;
            }
            boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
            if (frame) {
                if (marker > 0xc2) {
                    throw place.error("the JPEG is lossless or arithmetic, which few programs read", RESAVE);
                }
                if (u8(bytes, at + 9) == 4) {
                    throw place.error("the JPEG has the colours of print (CMYK)", "save it again as RGB");
                }
                return checked("jpeg", u16(bytes, at + 7), u16(bytes, at + 5), place);
            }
            boolean alone = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
            at += alone ? 2 : 2 + Math.max(2, u16(bytes, at + 2));
        }
        throw place.error("the JPEG ends before its size is told", RESAVE);
    }

    static Size checked(String format, int width, int height, Element place) {
        if (width <= 0 || height <= 0) {
            throw place.error("the image is " + width + " × " + height + " pixels", RESAVE);
        }
        return new Size(format, width, height);
    }

    /** Decodes an image whose size was accepted. */
    static DecodedImage decode(ByteBuffer bytes, Size size, Element place, List<String> notices) {
        if (size.format.equals(Ktx2Image.FORMAT)) {
            return Ktx2Image.decode(bytes, size, place);
        }
        BufferedImage image = read(bytes, size, place, notices);
        if (image.getWidth() != size.width || image.getHeight() != size.height) {
            throw place.error("the image has another size than its header says", RESAVE);
        }
        if (image.getRaster().getNumBands() > 4) {
            throw place.error("the image has more than 4 channels", RESAVE);
        }
        return new DecodedImage(size.width, size.height, texels(image));
    }

    private static BufferedImage read(ByteBuffer bytes, Size size, Element place, List<String> notices) {
        byte[] content = new byte[bytes.limit()];
        bytes.get(0, content);
        ImageReader reader = reader(size.format);
        try (ImageInputStream in = new BudgetedImageStream(content, size)) {
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener((source, warning) -> notices.add(place.path() + ": " + warning));
            return reader.read(0);
        } catch (IOException | RuntimeException e) {
            // The platform's readers answer broken files with unchecked exceptions of many kinds, too.
            throw place.error("the image cannot be decoded: " + e.getMessage(), RESAVE);
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader reader(String format) {
        return format.equals(WebpImage.FORMAT)
                ? WebpImage.reader()
                : ImageIO.getImageReadersByFormatName(format).next();
    }

    private static Texels texels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        Raster raster = image.getRaster();
        ColorModel colors = image.getColorModel();
        boolean wide = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_USHORT;
        Texels out = Texels.allocate((long) width * height, wide);
        int bands = raster.getNumBands();
        int most = wide ? 65_535 : 255;
        int[] row = new int[width * bands];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                long pixel = (long) y * width + x;
                if (colors instanceof IndexColorModel palette) {
                    int argb = palette.getRGB(row[x]);
                    out.put(pixel, argb >> 16 & 255, argb >> 8 & 255, argb & 255, argb >>> 24);
                } else {
                    put(out, pixel, row, x * bands, bands, most);
                }
            }
        }
        return out;
    }

    private static void put(Texels out, long pixel, int[] row, int at, int bands, int most) {
        boolean gray = bands < 3;
        boolean opaque = bands == 1 || bands == 3;
        out.put(pixel, row[at], row[gray ? at : at + 1], row[gray ? at : at + 2], opaque ? most : row[at + bands - 1]);
    }

    private static int u8(ByteBuffer bytes, int at) {
        return bytes.get(at) & 0xff;
    }

    private static int u16(ByteBuffer bytes, int at) {
        return u8(bytes, at) << 8 | u8(bytes, at + 1);
    }
}
