package farm.tilth.api.pay;

import farm.tilth.api.server.DataFolder;
import farm.tilth.ledger.chain.ChainKey;
import farm.tilth.ledger.chain.KeyFile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The key that signs payout roots and the farm's transactions; opened when it is needed first. */
@ApplicationScoped
class OperatorKey {
    private static final int PASSPHRASE_BYTES = 24;

    private final DataFolder folder;
    private final ChainConfig config;
    private final RandomGenerator random;
    private ChainKey key;

    OperatorKey(DataFolder folder, ChainConfig config, RandomGenerator random) {
        this.folder = folder;
        this.config = config;
        this.random = random;
    }

    synchronized ChainKey get() {
        if (key == null) {
            try {
                key = KeyFile.loadOrCreate(folder.root().resolve("chain.key"), passphrase());
            } catch (IOException e) {
                throw new UncheckedIOException("the operator's key cannot be read", e);
            }
        }
        return key;
    }

    /** One that lies beside the key guards a copy of the key alone; whoever needs more gives their own. */
    private String passphrase() throws IOException {
        if (config.passphrase().isPresent()) {
            return config.passphrase().get();
        }
        Path file = folder.root().resolve("chain.pass");
        if (!Files.exists(file)) {
            byte[] bytes = new byte[PASSPHRASE_BYTES];
            random.nextBytes(bytes);
            DataFolder.writePrivately(file, HexFormat.of().formatHex(bytes) + "\n");
        }
        return Files.readString(file).strip();
    }
}
