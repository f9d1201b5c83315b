package farm.tilth.render.loader;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.imageio.IIOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * An image's bytes for a decoder that takes memory as the bytes tell it to. One that is told to take much more than the
 * picture needs is stopped when it reads on: broken WebP data was seen to make 9 GiB of tables out of a few bytes. For
 * the thread that made it.
 */
final class BudgetedImageStream extends MemoryCacheImageInputStream {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long LEAST = 256 << 20;
    private static final long A_PIXEL = 64;
    private static final long A_BYTE = 1024;
    /** So many steps of reading are taken between two looks at the memory. */
    private static final int STEPS = 256;

    private final long end;
    private int steps;

    BudgetedImageStream(byte[] content, DecodedImage.Size size) {
        super(new ByteArrayInputStream(content));
        long budget = LEAST + A_PIXEL * size.width() * size.height() + A_BYTE * content.length;
        this.end = THREADS.getCurrentThreadAllocatedBytes() + budget;
    }

    /** Decoders ask for it at every step. */
    @Override
    public long getStreamPosition() throws IOException {
        if (++steps % STEPS == 0 && THREADS.getCurrentThreadAllocatedBytes() > end) {
            throw new IIOException("it asks for far more memory than its picture needs");
        }
        return super.getStreamPosition();
    }
}
