package farm.tilth.api.pay;

import farm.tilth.api.server.DataFolder;
import farm.tilth.ledger.chain.ChainKey;
import farm.tilth.ledger.chain.ExternalSigner;
import farm.tilth.ledger.chain.KeyFile;
import farm.tilth.ledger.chain.TransactionSigner;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** What signs payout roots and the farm's transactions: a key of its own, opened when it is needed first, or a signer outside. */
@ApplicationScoped
class OperatorKey {
    private static final int PASSPHRASE_BYTES = 24;

    private final DataFolder folder;
    private final ChainConfig config;
    private final RandomGenerator random;
    private TransactionSigner signer;

    OperatorKey(DataFolder folder, ChainConfig config, RandomGenerator random) {
        this.folder = folder;
        this.config = config;
        this.random = random;
    }

    synchronized TransactionSigner signer() {
        if (signer == null) {
            signer = config.signer().map(this::outside).orElseGet(() -> TransactionSigner.of(ownKey()));
        }
        return signer;
    }

    private TransactionSigner outside(URI signerUrl) {
        PayoutAddress sender = config.sender()
                .map(PayoutAddress::parse)
                .orElseThrow(() -> new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "tilth.chain.signer is set, and tilth.chain.sender is not: it is the address that signs"));
        return new ExternalSigner(signerUrl, sender, config.timeout());
    }

    private ChainKey ownKey() {
        try {
            return KeyFile.loadOrCreate(folder.root().resolve("chain.key"), passphrase());
        } catch (IOException e) {
            throw new UncheckedIOException("the operator's key cannot be read", e);
        }
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
