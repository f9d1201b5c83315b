package farm.tilth.api.openai;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A file of OpenAI's API; its content never changes. */
record OpenAiFile(
        UUID id,
        UUID account,
        String purpose,
        String filename,
        long bytes,
        Digest digest,
        Instant createdAt,
        Optional<Instant> expiresAt) {
    private static final String PREFIX = "file-";

    static String text(UUID id) {
        return PREFIX + id.toString().replace("-", "");
    }

    /**
     * Reads an id such as "file-0123…".
     *
     * @throws FarmException with NOT_FOUND
     */
    static UUID parse(String id) {
        return OpenAiForms.parse(PREFIX, id).orElseThrow(() -> missing(id));
    }

    static FarmException missing(String id) {
        return new FarmException(
                ErrorCode.NOT_FOUND, "No such File object: " + id.substring(0, Math.min(80, id.length())));
    }

    /** As clients see it; times in seconds since 1970. */
    Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", text(id));
        view.put("object", "file");
        view.put("bytes", bytes);
        view.put("created_at", createdAt.getEpochSecond());
        view.put("expires_at", expiresAt.map(Instant::getEpochSecond).orElse(null));
        view.put("filename", filename);
        view.put("purpose", purpose);
        view.put("status", "processed");
        view.put("status_details", null);
        return view;
    }
}
