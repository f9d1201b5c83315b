package farm.tilth.api.upload;

import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** Which content an account may use: what it uploaded itself. */
public interface OwnedBlobs {
    /** Those of the digests that the account owns, with their sizes in bytes. */
    Uni<Map<Digest, Long>> owned(UUID account, Collection<Digest> digests);
}
