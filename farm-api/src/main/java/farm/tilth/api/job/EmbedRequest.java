package farm.tilth.api.job;

import farm.tilth.api.lease.Hardware;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;

/**
 * An order of embeddings.
 *
 * @param model its name
 * @param input the digest of an upload of JSON lines, one text a line
 * @param hardware the class of the workers that are to do it, which has a price of its own; absent: any
 */
public record EmbedRequest(String model, Digest input, Hardware hardware) {
    public EmbedRequest {
        if (model == null || input == null) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "embed." + (model == null ? "model" : "input") + " is missing");
        }
        hardware = hardware == null ? Hardware.ANY : hardware;
    }
}
