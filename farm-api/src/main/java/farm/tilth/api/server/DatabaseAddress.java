package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Where the farm's PostgreSQL is, and how to get in. The password is never printed. */
public record DatabaseAddress(String host, int port, String database, String user, String password) {
    private static final int DEFAULT_PORT = 5432;

    /**
     * Reads "postgresql://user:password@host:port/database"; the port may be left out.
     *
     * @throws FarmException with INVALID_REQUEST when it is not such an address
     */
    public static DatabaseAddress parse(String url) {
        try {
            URI uri = new URI(url);
            String[] login = uri.getRawUserInfo() == null
                    ? new String[0]
                    : uri.getRawUserInfo().split(":", 2);
            boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
            if (!known
                    || uri.getHost() == null
                    || login.length != 2
                    || uri.getPath().length() < 2) {
                throw malformed();
            }
            return new DatabaseAddress(
                    uri.getHost(),
                    uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                    uri.getPath().substring(1),
                    decode(login[0]),
                    decode(login[1]));
        } catch (URISyntaxException e) {
            throw malformed();
        }
    }

    DatabaseAddress withDatabase(String name) {
        return new DatabaseAddress(host, port, name, user, password);
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** The settings of Quarkus that lead both of its pools there. */
    public Map<String, String> settings() {
        return Map.of(
                "quarkus.datasource.jdbc.url",
                jdbcUrl(),
                "quarkus.datasource.reactive.url",
                "postgresql://" + host + ":" + port + "/" + database,
                "quarkus.datasource.username",
                user,
                "quarkus.datasource.password",
                password);
    }

    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static FarmException malformed() {
        return new FarmException(
                ErrorCode.INVALID_REQUEST,
                "TILTH_DATABASE_URL is not of the form postgresql://user:password@host:port/database");
    }
}
