package farm.tilth.render.video;

import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoEncoderTest {
    private static final int FRAMES = 12;

    @TempDir
    private Path folder;

    private Path encode(String name, int width, int height) {
        Path file = folder.resolve(name);
        try (VideoEncoder video = new VideoEncoder(file, width, height, 24)) {
            for (int f = 0; f < FRAMES; f++) {
                int[] argb = new int[width * height];
                Arrays.fill(argb, 0xff000000 | f * 20 << 16 | 0x40);
                video.add(argb);
            }
            video.finish();
        }
        return file;
    }

    @Test
    void aVideoHasTheFramesSizeAndRateThatWentIn() {
        Path file = encode("a.mp4", 65, 49);
        AVFormatContext input = new AVFormatContext(null);
        assertEquals(0, avformat_open_input(input, file.toString(), null, (AVDictionary) null));
        avformat_find_stream_info(input, (AVDictionary) null);
        assertEquals(64, input.streams(0).codecpar().width());
        assertEquals(48, input.streams(0).codecpar().height());
        assertEquals(24, input.streams(0).avg_frame_rate().num());
        AVPacket packet = avcodec.av_packet_alloc();
        int packets = 0;
        while (av_read_frame(input, packet) >= 0) {
            packets++;
            avcodec.av_packet_unref(packet);
        }
        avcodec.av_packet_free(packet);
        avformat_close_input(input);
        assertEquals(FRAMES, packets);
    }

    @Test
    void equalFramesGiveEqualBytes() throws IOException {
        assertArrayEquals(Files.readAllBytes(encode("a.mp4", 64, 64)), Files.readAllBytes(encode("b.mp4", 64, 64)));
    }

    @Test
    void framesThatAreTooSmallAreRefused() {
        FarmException e =
                assertThrows(FarmException.class, () -> new VideoEncoder(folder.resolve("x.mp4"), 8, 64, 24).close());
        assertEquals(ErrorCode.INVALID_REQUEST, e.code());
    }
}
