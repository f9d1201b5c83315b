package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The operator's key in a file that only its owner may read: encrypted by AES-256-GCM under a passphrase that
 * PBKDF2-HMAC-SHA256 makes slow to guess. The address is in the clear, and bound to the ciphertext.
 */
public final class KeyFile {
    private static final int ITERATIONS = 600_000;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int MIN_PASSPHRASE = 8;
    private static final String PERMISSIONS = "rw-------";

    private KeyFile() {}

    private record Content(PayoutAddress address, int iterations, String salt, String nonce, String ciphertext) {}

    /**
     * Reads the key, or makes one and writes it.
     *
     * @throws FarmException with FORBIDDEN when others may read the file or the passphrase is wrong, INVALID_REQUEST
     *     when the passphrase is too short or the file is no key; no message repeats a secret
     */
    public static ChainKey loadOrCreate(Path file, String passphrase) throws IOException {
        if (passphrase.length() < MIN_PASSPHRASE) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "the passphrase of " + file + " needs " + MIN_PASSPHRASE + " characters or more");
        }
        if (Files.exists(file)) {
            return read(file, passphrase);
        }
        ChainKey key = ChainKey.generate();
        write(file, key, passphrase);
        return key;
    }

    private static ChainKey read(Path file, String passphrase) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!PosixFilePermissions.fromString(PERMISSIONS).containsAll(permissions)) {
            throw new FarmException(
                    ErrorCode.FORBIDDEN, "others may read " + file + "; chmod 600 it, and consider the key as known");
        }
        Content content = Json.read(Files.readString(file), Content.class);
        try {
            byte[] secret = cipher(Cipher.DECRYPT_MODE, content, passphrase)
                    .doFinal(HexFormat.of().parseHex(content.ciphertext()));
            return ChainKey.parse(HexFormat.of().formatHex(secret));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new FarmException(
                    ErrorCode.FORBIDDEN, "the passphrase does not open " + file + ", or the file was changed", e);
        }
    }

    private static void write(Path file, ChainKey key, String passphrase) throws IOException {
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[SALT_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        HexFormat hex = HexFormat.of();
        Content open = new Content(key.address(), ITERATIONS, hex.formatHex(salt), hex.formatHex(nonce), "");
        try {
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, open, passphrase).doFinal(key.secret());
            Content content =
                    new Content(open.address(), ITERATIONS, open.salt(), open.nonce(), hex.formatHex(ciphertext));
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(
                    folder,
                    "key",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PERMISSIONS)));
            Files.writeString(fresh, Json.write(content) + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    private static Cipher cipher(int mode, Content content, String passphrase) throws GeneralSecurityException {
        HexFormat hex = HexFormat.of();
        if (content.iterations() < 1 || content.iterations() > 100 * ITERATIONS) {
            throw new GeneralSecurityException("iterations");
        }
        byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(
                        passphrase.toCharArray(), hex.parseHex(content.salt()), content.iterations(), 256))
                .getEncoded();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, hex.parseHex(content.nonce())));
        cipher.updateAAD(content.address().bytes());
        return cipher;
    }
}
