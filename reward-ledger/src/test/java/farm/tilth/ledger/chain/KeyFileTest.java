package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    private static final String PASSPHRASE = "correct horse";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("keys").resolve("chain.key");
    }

    @Test
    void keyStaysInAFileOfItsOwnerAndIsNotReadableThere() throws IOException {
        ChainKey made = KeyFile.loadOrCreate(file, PASSPHRASE);
        assertEquals(made.address(), KeyFile.loadOrCreate(file, PASSPHRASE).address());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        String secret = HexFormat.of().formatHex(made.secret());
        assertFalse(Files.readString(file).contains(secret));
        assertFalse(made.toString().contains(secret));
    }

    @Test
    void wrongPassphraseOpensNothing() throws IOException {
        KeyFile.loadOrCreate(file, PASSPHRASE);
        assertRefused(ErrorCode.FORBIDDEN, "wrong horse");
        assertRefused(ErrorCode.INVALID_REQUEST, "short");
    }

    @Test
    void changedFileOpensNothing() throws IOException {
        ChainKey made = KeyFile.loadOrCreate(file, PASSPHRASE);
        String text = Files.readString(file);
        Files.writeString(
                file,
                text.replace(made.address().hex(), ChainKey.generate().address().hex()));
        assertRefused(ErrorCode.FORBIDDEN, PASSPHRASE);
        Files.writeString(file, "not a key");
        assertRefused(ErrorCode.INVALID_REQUEST, PASSPHRASE);
    }

    @Test
    void fileThatOthersMayReadIsRefused() throws IOException {
        KeyFile.loadOrCreate(file, PASSPHRASE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(ErrorCode.FORBIDDEN, PASSPHRASE);
    }

    private void assertRefused(ErrorCode code, String passphrase) {
        FarmException e = assertThrows(FarmException.class, () -> KeyFile.loadOrCreate(file, passphrase));
        assertEquals(code, e.code());
        assertFalse(e.getMessage().contains(passphrase));
    }
}
