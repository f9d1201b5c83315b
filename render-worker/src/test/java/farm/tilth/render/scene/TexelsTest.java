package farm.tilth.render.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Pictures' pixels outside of Java's heap. */
class TexelsTest {
    @Test
    void picturesMayBeLargerThanJavasOwnBuffers() {
        long count = Runtime.getRuntime().maxMemory() / 4 + (1 << 20);
        Texels texels = Texels.allocate(count, false);
        texels.put(count - 1, 1, 2, 3, 4);
        assertEquals(0x04030201, texels.rgba(count - 1));
        assertEquals(0, texels.rgba(count / 2));
        assertEquals(count, texels.count());
    }

    @Test
    void wideChannelsKeepTheirBits() {
        Texels texels = Texels.allocate(2, true);
        texels.put(1, 65_535, 257, 1, 32_768);
        assertEquals(65_535, texels.channel(1, 0));
        assertEquals(257, texels.channel(1, 1));
        assertEquals(1, texels.channel(1, 2));
        assertEquals(32_768, texels.channel(1, 3));
        assertEquals(0x800001ff, texels.rgba(1));
        assertEquals(8, texels.pixelBytes());
    }
}
