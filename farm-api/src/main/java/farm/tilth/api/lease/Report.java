package farm.tilth.api.lease;

import farm.tilth.protocol.result.Commitment;

/** A worker's commitment with its signature, which was checked. */
public record Report(Commitment commitment, byte[] signature) {
    public HeldTask held() {
        return new HeldTask(commitment.task(), commitment.fence());
    }
}
