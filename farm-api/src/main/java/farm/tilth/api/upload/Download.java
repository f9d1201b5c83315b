package farm.tilth.api.upload;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.PathPart;

/**
 * A blob as the answer to a GET: whole or a range of it (RFC 9110), with the digest as its tag, since it never
 * changes.
 *
 * @param digest what the file holds
 * @param fileName the name under which a browser saves it; absent: it is shown
 */
public record Download(Digest digest, Path file, String mediaType, Optional<String> fileName) {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final int PARTIAL = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    /**
     * The answer.
     *
     * @param range the Range header, or null; one that is not understood is ignored, as the standard says
     * @param ifNoneMatch the header of that name, or null
     */
    public Response answer(String range, String ifNoneMatch) throws IOException {
        String tag = '"' + digest.hex() + '"';
        if (ifNoneMatch != null && ifNoneMatch.contains(tag)) {
            return Response.notModified().header(HttpHeaders.ETAG, tag).build();
        }
        long size = Files.size(file);
        Matcher asked = RANGE.matcher(range == null ? "" : range.strip());
        boolean understood =
                asked.matches() && !(asked.group(1).isEmpty() && asked.group(2).isEmpty());
        Response.ResponseBuilder answer = understood ? part(asked, size) : Response.ok(new PathPart(file, 0, size));
        answer.header(HttpHeaders.ETAG, tag)
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=31536000, immutable")
                .header(HttpHeaders.CONTENT_TYPE, mediaType);
        fileName.ifPresent(name -> answer.header(HttpHeaders.CONTENT_DISPOSITION, disposition(name)));
        return answer.build();
    }

    private Response.ResponseBuilder part(Matcher asked, long size) {
        long first;
        long last;
        if (asked.group(1).isEmpty()) {
            first = Math.max(0, size - Long.parseLong(asked.group(2)));
            last = size - 1;
        } else {
            first = Long.parseLong(asked.group(1));
            last = asked.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(asked.group(2)));
        }
        if (first >= size || first > last) {
            return Response.status(RANGE_NOT_SATISFIABLE).header("Content-Range", "bytes */" + size);
        }
        return Response.status(PARTIAL)
                .entity(new PathPart(file, first, last - first + 1))
                .header("Content-Range", "bytes " + first + "-" + last + "/" + size);
    }

    private static String disposition(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        String exact = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + exact;
    }

    /** For a blob that the database knows and the store has not: an operator's fault, never the caller's. */
    public static FarmException missing(Digest digest) {
        return new FarmException(ErrorCode.UNAVAILABLE, "the farm cannot reach the content " + digest + " at present");
    }
}
