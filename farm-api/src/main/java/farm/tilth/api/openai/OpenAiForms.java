package farm.tilth.api.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What OpenAI's lists and objects have in common: ids, pages, how long a file is kept. */
final class OpenAiForms {
    private static final long MIN_EXPIRY = 3600;
    private static final long MAX_EXPIRY = 2_592_000;
    private static final ObjectMapper NULLS_TOO = new ObjectMapper();
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    private OpenAiForms() {}

    /** An object as the answer; fields without a value are there, as null. */
    static Response answer(Map<String, Object> view) {
        try {
            return Response.ok(NULLS_TOO.writeValueAsBytes(view), MediaType.APPLICATION_JSON)
                    .build();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view that is no JSON", e);
        }
    }

    /** The UUID in a prefix and 32 hexadecimal digits. */
    static Optional<UUID> parse(String prefix, String id) {
        if (!id.startsWith(prefix)
                || !HEX.matcher(id.substring(prefix.length())).matches()) {
            return Optional.empty();
        }
        String hex = id.substring(prefix.length());
        return Optional.of(
                new UUID(HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32)));
    }

    /**
     * How many elements a page has.
     *
     * @param text the query's limit, or null
     */
    static int limit(String text, int usual, int most) {
        if (text == null || text.isEmpty()) {
            return usual;
        }
        if (!text.matches("\\d{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "limit must be from 1 to " + most);
        }
        return Integer.parseInt(text);
    }

    /**
     * How many seconds a file is kept; empty for ever.
     *
     * @param field its name, for the message
     */
    static Optional<Long> expiry(String anchor, String seconds, String field) {
        if (anchor == null && seconds == null) {
            return Optional.empty();
        }
        boolean good = "created_at".equals(anchor)
                && seconds != null
                && seconds.matches("\\d{1,9}")
                && Long.parseLong(seconds) >= MIN_EXPIRY
                && Long.parseLong(seconds) <= MAX_EXPIRY;
        if (!good) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    field + " must have the anchor 'created_at' and " + MIN_EXPIRY + " to " + MAX_EXPIRY + " seconds");
        }
        return Optional.of(Long.parseLong(seconds));
    }

    /** A page of a list, of which one element more was looked for than it shows. */
    static <T> Map<String, Object> page(List<T> found, int limit, Function<T, Map<String, Object>> view) {
        List<Map<String, Object>> shown = found.stream().limit(limit).map(view).toList();
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("object", "list");
        page.put("data", shown);
        page.put("first_id", shown.isEmpty() ? null : shown.getFirst().get("id"));
        page.put("last_id", shown.isEmpty() ? null : shown.getLast().get("id"));
        page.put("has_more", found.size() > limit);
        return page;
    }
}
