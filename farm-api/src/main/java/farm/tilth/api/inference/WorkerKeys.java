package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Where the public keys of workers come from. */
interface WorkerKeys {
    /** The key whose digest is the worker's id; empty when no such worker ever came. */
    Uni<Optional<byte[]>> publicKey(Digest worker);
}
