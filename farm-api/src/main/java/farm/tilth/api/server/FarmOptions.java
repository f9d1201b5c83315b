package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the program was started: from its arguments, else from the environment (TILTH_DATA, TILTH_HOST, TILTH_PORT,
 * TILTH_DATABASE_URL, TILTH_EXIT_WITH_PARENT).
 *
 * @param port 0: any that is free
 * @param database absent: the farm runs a PostgreSQL of its own
 * @param exitWithParent ends when the standard input does
 * @param announcement the name in the data folder of the file with address and first key; TILTH_ANNOUNCEMENT, for a
 *     supervisor that has more to wait for before it says that the farm is ready
 */
public record FarmOptions(
        Path data,
        String host,
        int port,
        Optional<DatabaseAddress> database,
        boolean exitWithParent,
        String announcement) {
    private static final String USAGE = "usage: farm-api [--data DIR] [--host ADDRESS] [--port N] [--exit-with-parent]";
    private static final int MAX_PORT = 65535;

    /**
     * Reads them.
     *
     * @throws FarmException with INVALID_REQUEST, naming the argument or variable
     */
    public static FarmOptions parse(List<String> arguments, Map<String, String> environment) {
        String data = environment.getOrDefault("TILTH_DATA", "tilth-data");
        String host = environment.getOrDefault("TILTH_HOST", "127.0.0.1");
        String port = environment.getOrDefault("TILTH_PORT", "8080");
        boolean exitWithParent = Boolean.parseBoolean(environment.get("TILTH_EXIT_WITH_PARENT"));
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--data" -> data = value(arguments, ++i);
                case "--host" -> host = value(arguments, ++i);
                case "--port" -> port = value(arguments, ++i);
                case "--exit-with-parent" -> exitWithParent = true;
                default -> throw invalid("unknown argument '" + arguments.get(i) + "'; " + USAGE);
            }
        }
        Optional<DatabaseAddress> database = Optional.ofNullable(environment.get("TILTH_DATABASE_URL"))
                .filter(url -> !url.isBlank())
                .map(DatabaseAddress::parse);
        String announcement = environment.getOrDefault("TILTH_ANNOUNCEMENT", DataFolder.ANNOUNCEMENT);
        if (!announcement.matches("[a-z]+\\.json")) {
            throw invalid("TILTH_ANNOUNCEMENT is '" + announcement + "'; it must be a name such as farm.json");
        }
        return new FarmOptions(Path.of(data), host, port(port), database, exitWithParent, announcement);
    }

    private static String value(List<String> arguments, int index) {
        if (index >= arguments.size()) {
            throw invalid(arguments.get(index - 1) + " needs a value; " + USAGE);
        }
        return arguments.get(index);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw invalid("the port (--port, TILTH_PORT) is not a number: '" + text + "'");
        }
        throw invalid("the port (--port, TILTH_PORT) is " + text + "; it must be from 0 to " + MAX_PORT);
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}
