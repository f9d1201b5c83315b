package farm.tilth.api.upload;

import farm.tilth.protocol.Digest;
import java.util.UUID;

/**
 * Content on its way in.
 *
 * @param bytes the size that it will have
 * @param received how much of it is on the disk, from the start
 * @param complete whether its digest was checked and the account owns it
 */
record Upload(UUID id, UUID account, Digest digest, long bytes, long received, boolean complete) {
    boolean isFull() {
        return received == bytes;
    }
}
