package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Texture;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.ktx.KTX;
import org.lwjgl.util.ktx.ktxBasisParams;
import org.lwjgl.util.ktx.ktxTextureCreateInfo;

/** WebP and Basis Universal pictures. */
class CompressedImageTest {
    private static final int RGBA8 = 37;

    @Test
    void webpIsReadThroughItsExtension() {
        GltfBuilder builder = textured("EXT_texture_webp", webp(5, 3, 0x80c86432));

        Texture texture =
                TestScenes.pose(TestScenes.load(builder.glb())).textures().getFirst();

        assertEquals(5, texture.width());
        assertEquals(3, texture.height());
        assertEquals(0x803264c8, texture.texels().rgba(14));
    }

    @Test
    void basisTexturesAreTranscoded() {
        for (boolean uastc : new boolean[] {false, true}) {
            GltfBuilder builder = textured("KHR_texture_basisu", ktx2(16, 8, 0xff3264c8, uastc));

            Texture texture =
                    TestScenes.pose(TestScenes.load(builder.glb())).textures().getFirst();

            assertEquals(16, texture.width());
            assertEquals(8, texture.height());
            for (int shift = 0; shift < 32; shift += 8) {
                int expected = 0xff3264c8 >>> shift & 255;
                assertEquals(expected, texture.texels().rgba(77) >>> shift & 255, 6, "bits from " + shift);
            }
        }
    }

    @Test
    void everyPixelIsWhatTheLibraryMakesOfIt() {
        SplittableRandom random = new SplittableRandom(11);
        for (int run = 0; run < 12; run++) {
            int width = 4 + random.nextInt(60);
            int height = 4 + random.nextInt(60);
            int[] pixels = patchwork(width, height, run % 3 == 0, random);
            for (boolean uastc : new boolean[] {false, true}) {
                byte[] packed = ktx2(width, height, pixels, uastc);
                Texture texture = TestScenes.pose(TestScenes.load(
                                textured("KHR_texture_basisu", packed).glb()))
                        .textures()
                        .getFirst();
                int[] rgba = texture.texels().bytes().toArray(ValueLayout.JAVA_INT);
                assertArrayEquals(transcoded(packed, width * height), rgba, "run " + run + " " + uastc);
            }
        }
    }

    /** Smooth, flat and noisy patches. */
    private static int[] patchwork(int width, int height, boolean opaque, SplittableRandom random) {
        int[] pixels = new int[width * height];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % width;
            int y = i / width;
            int value =
                    switch (x / 13 + y / 9 & 3) {
                        case 0 -> random.nextInt();
                        case 1 -> 0xff3060a0;
                        case 2 -> x * 4 | y * 4 << 8 | (255 - x * 3 & 255) << 16 | (y * 3 + 60 & 255) << 24;
                        default -> x + y & 1;
                    };
            pixels[i] = opaque ? value | 0xff000000 : value;
        }
        return pixels;
    }

    private static int[] transcoded(byte[] packed, int count) {
        ByteBuffer in = ByteBuffer.allocateDirect(packed.length).put(packed).flip();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer texture = stack.mallocPointer(1);
            assertEquals(0, KTX.ktxTexture2_CreateFromMemory(in, KTX.KTX_TEXTURE_CREATE_LOAD_IMAGE_DATA_BIT, texture));
            assertEquals(0, KTX.nktxTexture2_TranscodeBasis(texture.get(0), KTX.KTX_TTF_RGBA32, 0));
            int[] rgba = new int[count];
            MemoryUtil.memIntBuffer(KTX.nktxTexture_GetData(texture.get(0)), count)
                    .get(rgba);
            KTX.nktxTexture2_Destroy(texture.get(0));
            return rgba;
        }
    }

    @Test
    void pictureOfTheExtensionGoesBeforeTheOneForOlderPrograms() {
        GltfBuilder builder = textured("EXT_texture_webp", webp(2, 2, 0xffffffff));
        builder.add("images")
                .put("bufferView", builder.view(Pictures.png(1, 1, -1)))
                .put("mimeType", "image/png");
        ((ObjectNode) builder.root().at("/textures/0")).put("source", 1);

        assertEquals(
                2,
                TestScenes.pose(TestScenes.load(builder.glb()))
                        .textures()
                        .getFirst()
                        .width());
    }

    @Test
    void picturesThatAreMuchLargerThanTheirFilesAreRefusedByTheirHeader() {
        refused(textured("EXT_texture_webp", webp(16_384, 16_384, -1)), "16384 × 16384 pixels; an image may have");
        byte[] ktx = ktx2(16, 8, -1, true);
        ByteBuffer wide = ByteBuffer.wrap(ktx.clone()).order(ByteOrder.LITTLE_ENDIAN);
        refused(textured("KHR_texture_basisu", wide.putInt(20, 30_000).array()), "of the KTX2 has");
        wide = ByteBuffer.wrap(ktx.clone()).order(ByteOrder.LITTLE_ENDIAN);
        refused(textured("KHR_texture_basisu", wide.putLong(88, 1L << 40).array()), "lies beyond its end");
        refused(textured("KHR_texture_basisu", Arrays.copyOf(ktx, ktx.length - 20)), "lies beyond its end");
    }

    private static void refused(GltfBuilder builder, String message) {
        byte[] content = builder.glb();
        FarmException refused = assertThrows(FarmException.class, () -> TestScenes.load(content));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    static GltfBuilder textured(String extension, byte[] image) {
        GltfBuilder builder = TestScenes.triangle();
        builder.add("images").put("bufferView", builder.view(image));
        builder.add("textures").putObject("extensions").putObject(extension).put("source", 0);
        builder.add("materials")
                .putObject("pbrMetallicRoughness")
                .putObject("baseColorTexture")
                .put("index", 0);
        builder.root().putArray("extensionsRequired").add(extension);
        return builder;
    }

    /** A lossless WebP of one colour (RFC 9649): every prefix code has one symbol, so that pixels need no bits. */
    static byte[] webp(int width, int height, int argb) {
        BitSet bits = new BitSet();
        int at = 0;
        at = put(bits, at, width - 1, 14);
        at = put(bits, at, height - 1, 14);
        at = put(bits, at, 1, 1 + 3); // alpha is used, version 0
        at = put(bits, at, 0, 3); // no transform, no colour cache, no meta prefix
        for (int symbol : new int[] {argb >> 8, argb >> 16, argb, argb >> 24, 0}) {
            at = put(bits, at, 0b101, 3); // a simple code of one symbol with 8 bits
            at = put(bits, at, symbol & 255, 8);
        }
        byte[] stream = Arrays.copyOf(bits.toByteArray(), at / 8 + 4);
        ByteBuffer out = ByteBuffer.allocate(21 + stream.length + (stream.length + 1) % 2)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes()).putInt(out.capacity() - 8).put("WEBPVP8L".getBytes());
        return out.putInt(stream.length + 1).put((byte) 0x2f).put(stream).array();
    }

    private static int put(BitSet bits, int at, int value, int count) {
        for (int i = 0; i < count; i++) {
            bits.set(at + i, (value >> i & 1) != 0);
        }
        return at + count;
    }

    /** A picture of one colour, packed by Khronos' own library: as UASTC with Zstandard, or as ETC1S. */
    static byte[] ktx2(int width, int height, int abgr, boolean uastc) {
        int[] pixels = new int[width * height];
        Arrays.fill(pixels, abgr);
        return ktx2(width, height, pixels, uastc);
    }

    private static byte[] ktx2(int width, int height, int[] abgr, boolean uastc) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            ktxTextureCreateInfo info = ktxTextureCreateInfo
                    .calloc(stack)
                    .vkFormat(RGBA8)
                    .baseWidth(width)
                    .baseHeight(height)
                    .baseDepth(1)
                    .numDimensions(2)
                    .numLevels(1)
                    .numLayers(1)
                    .numFaces(1);
            PointerBuffer created = stack.mallocPointer(1);
            assertEquals(0, KTX.ktxTexture2_Create(info, KTX.KTX_TEXTURE_CREATE_ALLOC_STORAGE, created));
            long texture = created.get(0);
            long data = KTX.nktxTexture_GetData(texture);
            for (int i = 0; i < width * height; i++) {
                MemoryUtil.memPutInt(data + 4L * i, abgr[i]);
            }
            ktxBasisParams params = ktxBasisParams
                    .calloc(stack)
                    .structSize(ktxBasisParams.SIZEOF)
                    .codec(uastc ? KTX.KTX_BASIS_CODEC_UASTC_LDR_4x4 : KTX.KTX_BASIS_CODEC_ETC1S)
                    .threadCount(1)
                    .qualityLevel(128);
            assertEquals(0, KTX.nktxTexture2_CompressBasisEx(texture, params.address()));
            if (uastc) {
                assertEquals(0, KTX.nktxTexture2_DeflateZstd(texture, 1));
            }
            PointerBuffer bytes = stack.mallocPointer(1);
            PointerBuffer size = stack.mallocPointer(1);
            assertEquals(
                    0,
                    KTX.nktxTexture2_WriteToMemory(texture, MemoryUtil.memAddress(bytes), MemoryUtil.memAddress(size)));
            byte[] out = new byte[(int) size.get(0)];
            MemoryUtil.memByteBuffer(bytes.get(0), out.length).get(out);
            KTX.nktxTexture2_Destroy(texture);
            return out;
        }
    }
}
