package farm.tilth.render.loader;

import farm.tilth.render.scene.Texels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.ktx.KTX;

/**
 * KTX2 files with Basis Universal textures, as KHR_texture_basisu allows: ETC1S is decoded here, UASTC by Khronos'
 * libktx. Everything that decides how much memory it takes is checked first.
 */
final class Ktx2Image {
    static final String FORMAT = "ktx2";

    private static final String RESAVE = "pack the image again as the extension KHR_texture_basisu asks";
    private static final long MAGIC = 0xabL | 'K' << 8 | 'T' << 16 | (long) 'X' << 24;
    private static final int MAGIC_2 = 0xbb303220;
    private static final int MAGIC_3 = 0x0a1a0a0d;
    private static final int HEADER_BYTES = 80;
    private static final int LEVEL_BYTES = 24;
    private static final int MAX_LEVELS = 32;
    private static final int BASIS_LZ = 1;
    private static final int ZSTD = 2;
    private static final int UASTC_BLOCK_BYTES = 16;

    /** The data format descriptor of UASTC with four channels: blocks of 4 × 4 pixels in 16 bytes. */
    private static final int[] UASTC_DESCRIPTOR = {
        44, 0, 40 << 16 | 2, 1 << 16 | 1 << 8 | 166, 0x303, 16, 0, 3 << 24 | 127 << 16, 0, 0, -1
    };

    private Ktx2Image() {}

    static boolean isKtx2(ByteBuffer bytes) {
        return bytes.limit() >= 12
                && Integer.toUnsignedLong(bytes.getInt(0)) == MAGIC
                && bytes.getInt(4) == MAGIC_2
                && bytes.getInt(8) == MAGIC_3;
    }

    /** Reads and checks the header. */
    static DecodedImage.Size size(ByteBuffer bytes, Element place) {
        check(bytes.limit() >= HEADER_BYTES + LEVEL_BYTES, "the KTX2 ends within its header", place);
        DecodedImage.Size size = DecodedImage.checked(FORMAT, bytes.getInt(20), bytes.getInt(24), place);
        boolean plain = bytes.getInt(28) == 0 && bytes.getInt(32) == 0 && bytes.getInt(36) == 1;
        check(plain, "the KTX2 is not one two-dimensional image", place);
        check(bytes.getInt(12) == 0, "the KTX2 is not a Basis Universal texture", place);
        int scheme = bytes.getInt(44);
        check(scheme >= 0 && scheme <= ZSTD, "the KTX2 has the unknown supercompression " + scheme, place);
        int levels = bytes.getInt(40);
        int most = 32 - Integer.numberOfLeadingZeros(Math.max(size.width(), size.height()));
        check(levels >= 0 && levels <= Math.min(MAX_LEVELS, most), "the KTX2 has " + levels + " levels", place);
        long end = HEADER_BYTES + (long) Math.max(1, levels) * LEVEL_BYTES;
        check(end <= bytes.limit(), "the KTX2 ends within its levels", place);
        for (int level = 0; level < Math.max(1, levels); level++) {
            checkLevel(bytes, size, level, scheme, place);
        }
        checkRange(bytes, bytes.getInt(48), bytes.getInt(52), place);
        checkRange(bytes, bytes.getInt(56), bytes.getInt(60), place);
        checkRange(bytes, bytes.getLong(64), bytes.getLong(72), place);
        return size;
    }

    private static void checkLevel(ByteBuffer bytes, DecodedImage.Size size, int level, int scheme, Element place) {
        int at = HEADER_BYTES + level * LEVEL_BYTES;
        checkRange(bytes, bytes.getLong(at), bytes.getLong(at + 8), place);
        long unpacked = bytes.getLong(at + 16);
        long across = Math.max(1, size.width() >> level) + 3 >> 2;
        long down = Math.max(1, size.height() >> level) + 3 >> 2;
        boolean right = scheme == BASIS_LZ ? unpacked == 0 : unpacked == across * down * UASTC_BLOCK_BYTES;
        check(right, "level " + level + " of the KTX2 has " + unpacked + " bytes, which is not its size", place);
    }

    private static void checkRange(ByteBuffer bytes, long offset, long length, Element place) {
        boolean inside = offset >= 0 && length >= 0 && offset <= bytes.limit() && length <= bytes.limit() - offset;
        check(inside, "a part of the KTX2 lies beyond its end", place);
    }

    /** Decodes the largest level of an image whose header was accepted. */
    static DecodedImage decode(ByteBuffer bytes, DecodedImage.Size size, Element place) {
        ByteBuffer level = part(bytes, bytes.getLong(HEADER_BYTES), bytes.getLong(HEADER_BYTES + 8));
        if (bytes.getInt(44) != BASIS_LZ) {
            return uastc(level, bytes.getInt(44), size, place);
        }
        try {
            ByteBuffer global = part(bytes, bytes.getLong(64), bytes.getLong(72));
            int[] rgba = Etc1sImage.decode(global, Math.max(1, bytes.getInt(40)), level, size);
            return new DecodedImage(size.width(), size.height(), Texels.of(rgba));
        } catch (BasisBits.BrokenStream e) {
            throw place.error("the KTX2 cannot be decoded: " + e.getMessage(), RESAVE);
        }
    }

    private static ByteBuffer part(ByteBuffer bytes, long offset, long length) {
        return GltfBuffers.slice(bytes, (int) offset, (int) length);
    }

    /** libktx sees the blocks alone, in a file that is written here: what else a file says cannot mislead it. */
    private static DecodedImage uastc(ByteBuffer level, int scheme, DecodedImage.Size size, Element place) {
        long blocks = (long) (size.width() + 3 >> 2) * (size.height() + 3 >> 2);
        int start = HEADER_BYTES + LEVEL_BYTES + UASTC_DESCRIPTOR.length * Integer.BYTES;
        ByteBuffer file = ByteBuffer.allocateDirect(start + level.limit()).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt((int) MAGIC).putInt(MAGIC_2).putInt(MAGIC_3);
        file.putInt(0).putInt(1).putInt(size.width()).putInt(size.height());
        file.putInt(0).putInt(0).putInt(1).putInt(1).putInt(scheme);
        file.putInt(HEADER_BYTES + LEVEL_BYTES).putInt(UASTC_DESCRIPTOR.length * Integer.BYTES);
        file.putInt(0).putInt(0).putLong(0).putLong(0);
        file.putLong(start).putLong(level.limit()).putLong(blocks * UASTC_BLOCK_BYTES);
        for (int word : UASTC_DESCRIPTOR) {
            file.putInt(word);
        }
        file.put(level.duplicate()).flip();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer texture = stack.mallocPointer(1);
            int flags = KTX.KTX_TEXTURE_CREATE_LOAD_IMAGE_DATA_BIT | KTX.KTX_TEXTURE_CREATE_SKIP_KVDATA_BIT;
            int result = KTX.ktxTexture2_CreateFromMemory(file, flags, texture);
            check(result == KTX.KTX_SUCCESS, "the KTX2 cannot be read (libktx says " + result + ")", place);
            long handle = texture.get(0);
            try {
                return transcoded(handle, size, stack, place);
            } finally {
                KTX.nktxTexture2_Destroy(handle);
            }
        }
    }

    private static DecodedImage transcoded(long texture, DecodedImage.Size size, MemoryStack stack, Element place) {
        check(KTX.nktxTexture2_NeedsTranscoding(texture), "the KTX2 is not a Basis Universal texture", place);
        int result = KTX.nktxTexture2_TranscodeBasis(texture, KTX.KTX_TTF_RGBA32, 0);
        check(result == KTX.KTX_SUCCESS, "the KTX2 cannot be transcoded (libktx says " + result + ")", place);
        PointerBuffer offset = stack.mallocPointer(1);
        result = KTX.nktxTexture2_GetImageOffset(texture, 0, 0, 0, MemoryUtil.memAddress(offset));
        long data = KTX.nktxTexture_GetData(texture);
        long bytes = 4 * size.pixels();
        boolean whole = result == KTX.KTX_SUCCESS
                && data != MemoryUtil.NULL
                && offset.get(0) + bytes <= KTX.nktxTexture_GetDataSize(texture);
        check(whole && bytes <= Integer.MAX_VALUE, "the KTX2 has fewer pixels than its header says", place);
        int[] rgba = new int[Math.toIntExact(size.pixels())];
        MemoryUtil.memByteBuffer(data + offset.get(0), (int) bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(rgba);
        return new DecodedImage(size.width(), size.height(), Texels.of(rgba));
    }

    private static void check(boolean condition, String problem, Element place) {
        if (!condition) {
            throw place.error(problem, RESAVE);
        }
    }
}
