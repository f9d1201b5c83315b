package farm.tilth.api.upload;

import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import java.util.UUID;

/** Which blobs a worker may see: those of the tasks that are leased to it, and nothing else. */
public interface WorkerAccess {
    Uni<Boolean> mayRead(Digest worker, UUID account, Digest blob);
}
