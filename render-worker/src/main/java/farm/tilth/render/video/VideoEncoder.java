package farm.tilth.render.video;

import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGRA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_d2q;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_inv_q;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Writes an MP4 file with H.264 video (OpenH264, 4:2:0). The same frames give the same bytes. Odd sides lose their
 * last pixel, since 4:2:0 needs even ones. Owns its native memory; not thread-safe.
 */
public final class VideoEncoder implements AutoCloseable {
    private static final int MIN_SIDE = 16;
    private static final double BITS_PER_PIXEL = 0.25;
    private static final int MIN_BITS_PER_SECOND = 400_000;
    private static final int SECONDS_PER_KEY_FRAME = 2;

    private final int width;
    private final int height;
    private final int sourceWidth;
    private final AVFormatContext format = new AVFormatContext(null);
    private final AVCodecContext codec;
    private final AVStream stream;
    private final AVFrame frame;
    private final AVPacket packet;
    private final SwsContext converter;
    private long frames;
    private boolean finished;

    /**
     * @param width of the frames, in pixels; at least 16, as the height
     * @throws FarmException with INVALID_REQUEST when the frames are too small, INTERNAL when FFmpeg refuses
     */
    public VideoEncoder(Path file, int width, int height, double framesPerSecond) {
        if (width < MIN_SIDE || height < MIN_SIDE) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "a video needs frames of at least " + MIN_SIDE + " × " + MIN_SIDE + " pixels, not " + width + " × "
                            + height);
        }
        this.sourceWidth = width;
        this.width = width & ~1;
        this.height = height & ~1;
        av_log_set_level(AV_LOG_ERROR);
        check(avformat_alloc_output_context2(format, null, "mp4", file.toString()), "open the MP4 writer");
        AVCodec encoder = avcodec_find_encoder_by_name("libopenh264");
        codec = avcodec_alloc_context3(encoder);
        stream = avformat_new_stream(format, null);
        configure(framesPerSecond);
        check(avcodec_open2(codec, encoder, (AVDictionary) null), "open the H.264 encoder");
        check(avcodec_parameters_from_context(stream.codecpar(), codec), "describe the stream");
        AVIOContext output = new AVIOContext(null);
        check(avio_open(output, file.toString(), AVIO_FLAG_WRITE), "create " + file);
        format.pb(output);
        format.flags(format.flags() | AVFMT_FLAG_BITEXACT);
        check(avformat_write_header(format, (AVDictionary) null), "write the header");
        frame = newFrame();
        packet = av_packet_alloc();
        converter = sws_getContext(
                this.width,
                this.height,
                AV_PIX_FMT_BGRA,
                this.width,
                this.height,
                AV_PIX_FMT_YUV420P,
                SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INP,
                null,
                null,
                (DoublePointer) null);
    }

    private void configure(double framesPerSecond) {
        AVRational rate = av_d2q(framesPerSecond, 100_000);
        codec.width(width);
        codec.height(height);
        codec.pix_fmt(AV_PIX_FMT_YUV420P);
        codec.framerate(rate);
        codec.time_base(av_inv_q(rate));
        codec.gop_size((int) Math.max(1, Math.ceil(framesPerSecond * SECONDS_PER_KEY_FRAME)));
        codec.bit_rate(Math.max(MIN_BITS_PER_SECOND, (long) (BITS_PER_PIXEL * width * height * framesPerSecond)));
        codec.thread_count(1);
        codec.flags(codec.flags() | AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER);
        stream.time_base(codec.time_base());
        stream.avg_frame_rate(rate);
    }

    private AVFrame newFrame() {
        AVFrame empty = av_frame_alloc();
        empty.format(AV_PIX_FMT_YUV420P);
        empty.width(width);
        empty.height(height);
        check(av_frame_get_buffer(empty, 0), "allocate a frame");
        return empty;
    }

    /**
     * Adds a frame.
     *
     * @param argb of the size given at the start, 0xAARRGGBB with straight alpha; what is transparent becomes black
     */
    public void add(int[] argb) {
        byte[] bgra = new byte[width * height * 4];
        for (int y = 0, o = 0; y < height; y++) {
            for (int x = 0; x < width; x++, o += 4) {
                int pixel = argb[y * sourceWidth + x];
                int alpha = pixel >>> 24;
                bgra[o] = (byte) ((pixel & 255) * alpha / 255);
                bgra[o + 1] = (byte) ((pixel >> 8 & 255) * alpha / 255);
                bgra[o + 2] = (byte) ((pixel >> 16 & 255) * alpha / 255);
                bgra[o + 3] = (byte) 255;
            }
        }
        check(av_frame_make_writable(frame), "reuse a frame");
        try (BytePointer pixels = new BytePointer(bgra);
                PointerPointer<BytePointer> planes = new PointerPointer<>(pixels, null, null, null);
                IntPointer strides = new IntPointer(new int[] {width * 4, 0, 0, 0})) {
            check(sws_scale(converter, planes, strides, 0, height, frame.data(), frame.linesize()), "convert a frame");
        }
        frame.pts(frames++);
        encode(frame);
    }

    /** Writes what is left, and the index. Without it the file does not play. */
    public void finish() {
        encode(null);
        check(av_write_trailer(format), "write the index");
        finished = true;
    }

    private void encode(AVFrame next) {
        check(avcodec_send_frame(codec, next), "encode frame " + frames);
        while (true) {
            int status = avcodec_receive_packet(codec, packet);
            if (status == AVERROR_EAGAIN() || status == AVERROR_EOF()) {
                return;
            }
            check(status, "encode frame " + frames);
            av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
            packet.stream_index(stream.index());
            packet.duration(0);
            check(av_interleaved_write_frame(format, packet), "write frame " + frames);
            av_packet_unref(packet);
        }
    }

    /** Whether {@link #finish} has been called: the file is complete. */
    public boolean isFinished() {
        return finished;
    }

    @Override
    public void close() {
        sws_freeContext(converter);
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(codec);
        avio_closep(format.pb());
        avformat_free_context(format);
    }

    private static void check(int status, String what) {
        if (status < 0) {
            try (BytePointer text = new BytePointer(256)) {
                av_strerror(status, text, 256);
                throw new FarmException(ErrorCode.INTERNAL, "FFmpeg could not " + what + ": " + text.getString());
            }
        }
    }
}
