package farm.tilth.api.inference;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** HTTP's content codings for tensors: gzip, and deflate, which is the zlib format (RFC 9110). */
public enum ContentCoding {
    GZIP,
    DEFLATE;

    /** What is smaller is sent as it is: it would hardly become smaller. */
    public static final int MIN_BYTES = 1024;

    private static final int BUFFER_BYTES = 1 << 13;

    /**
     * The coding that a request's Content-Encoding names; empty for none.
     *
     * @throws FarmException with INVALID_REQUEST for one that is not known
     */
    static Optional<ContentCoding> of(String header) {
        if (header == null || header.isBlank() || header.strip().equalsIgnoreCase("identity")) {
            return Optional.empty();
        }
        return Optional.of(find(header)
                .orElseThrow(() -> new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "Content-Encoding must be gzip, deflate or identity; it is '"
                                + header.substring(0, Math.min(40, header.length())) + "'")));
    }

    /** The first coding of an Accept-Encoding header that is known and not excluded. */
    public static Optional<ContentCoding> accepted(String header) {
        if (header != null) {
            for (String part : header.split(",", 16)) {
                String[] coding = part.split(";", 2);
                boolean excluded = coding.length > 1 && coding[1].strip().matches("q=0(\\.0*)?");
                Optional<ContentCoding> known = find(coding[0]);
                if (known.isPresent() && !excluded) {
                    return known;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<ContentCoding> find(String name) {
        return switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "deflate" -> Optional.of(DEFLATE);
            default -> Optional.empty();
        };
    }

    public String header() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the whole of a coded stream, however small it was made.
     *
     * @throws FarmException with TOO_LARGE over {@code maxBytes}, INVALID_REQUEST when it is not what it says
     */
    byte[] decode(InputStream coded, int maxBytes, BodyBudget.Share share) throws IOException {
        try (InputStream plain =
                this == GZIP ? new GZIPInputStream(coded, BUFFER_BYTES) : new InflaterInputStream(coded)) {
            byte[] content = share.read(plain, maxBytes + 1);
            if (content.length > maxBytes) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE,
                        "the body has more than " + maxBytes + " bytes when it is unpacked; split the request");
            }
            return content;
        } catch (ZipException | EOFException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "the body is not " + header() + ": " + e.getMessage(), e);
        }
    }

    public byte[] encode(byte[] content) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream(content.length / 2);
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        try (OutputStream out =
                this == GZIP ? new FastGzip(coded) : new DeflaterOutputStream(coded, fast, BUFFER_BYTES)) {
            out.write(content);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        } finally {
            fast.end();
        }
        return coded.toByteArray();
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
