package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** An Ed25519 key pair: a worker's identity, or the farm's. The private half never leaves this object but to its file. */
public final class SigningKey {
    private static final String ALGORITHM = "Ed25519";

    private final KeyPair pair;

    private SigningKey(KeyPair pair) {
        this.pair = pair;
    }

    public static SigningKey generate() {
        try {
            return new SigningKey(KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        }
    }

    /**
     * Reads the key from {@code file}, or makes one and writes it there, readable by its owner alone.
     *
     * @throws FarmException with INVALID_REQUEST when the file is there and is not such a key
     */
    public static SigningKey loadOrCreate(Path file) throws IOException {
        if (Files.exists(file)) {
            return load(file);
        }
        SigningKey key = generate();
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "key",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Base64.Encoder base64 = Base64.getEncoder();
        Files.writeString(
                fresh,
                base64.encodeToString(key.pair.getPrivate().getEncoded()) + "\n"
                        + base64.encodeToString(key.publicKey()) + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        return key;
    }

    private static SigningKey load(Path file) throws IOException {
        String[] lines = Files.readString(file).strip().split("\n");
        try {
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
            Base64.Decoder base64 = Base64.getDecoder();
            return new SigningKey(new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(base64.decode(lines[1]))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(lines[0])))));
        } catch (GeneralSecurityException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    file + " is not a key of this program; move it away to get a new one",
                    e);
        }
    }

    /** X.509 SubjectPublicKeyInfo. */
    public byte[] publicKey() {
        return pair.getPublic().getEncoded();
    }

    /** The digest of the public key: what a worker is called. */
    public Digest id() {
        return Digest.of(publicKey());
    }

    public byte[] sign(byte[] statement) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(pair.getPrivate());
            signature.update(statement);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key cannot sign", e);
        }
    }

    /** Whether {@code signature} is that key's over the statement; false also for malformed keys and signatures. */
    public static boolean verify(byte[] publicKey, byte[] statement, byte[] signature) {
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(publicKey));
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(key);
            check.update(statement);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
