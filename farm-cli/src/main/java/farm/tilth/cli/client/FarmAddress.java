package farm.tilth.cli.client;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.net.URI;

/**
 * A farm, and the key by which it knows the caller.
 *
 * @param url without a path: "http://127.0.0.1:8080"
 * @param key never printed
 */
public record FarmAddress(URI url, String key) {
    public static FarmAddress of(String url, String key) {
        URI uri;
        try {
            uri = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            throw invalid(url);
        }
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null) {
            throw invalid(url);
        }
        String text = uri.toString();
        return new FarmAddress(
                URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text), key.strip());
    }

    URI resolve(String path) {
        return URI.create(url + path);
    }

    private static FarmException invalid(String url) {
        return new FarmException(
                ErrorCode.INVALID_REQUEST, "'" + url + "' is no farm's address; one looks like http://127.0.0.1:8080");
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
