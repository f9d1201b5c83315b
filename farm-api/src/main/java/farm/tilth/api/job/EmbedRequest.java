package farm.tilth.api.job;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;

/**
 * An order of embeddings.
 *
 * @param model its name
 * @param input the digest of an upload of JSON lines, one text a line
 */
public record EmbedRequest(String model, Digest input) {
    public EmbedRequest {
        if (model == null || input == null) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "embed." + (model == null ? "model" : "input") + " is missing");
        }
    }
}
