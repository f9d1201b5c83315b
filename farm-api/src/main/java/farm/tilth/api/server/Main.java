package farm.tilth.api.server;

import farm.tilth.protocol.FarmException;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.util.List;

/** The program. Exit code 0: it was told to stop; 1: the farm failed; 2: arguments or machine do not allow a start. */
@QuarkusMain
public final class Main {
    private static final int REFUSED = 2;

    Main() {}

    public static void main(String... arguments) throws IOException {
        try {
            FarmOptions options = FarmOptions.parse(List.of(arguments), System.getenv());
            System.exit(new FarmProcess(options).run());
        } catch (FarmException e) {
            System.err.println("farm-api: " + e.getMessage());
            System.exit(REFUSED);
        }
    }
}
