package farm.tilth.protocol.task;

import farm.tilth.protocol.Digest;
import java.util.List;

/**
 * The files that an assembly wrote to the blob store.
 *
 * @param content the digest of the exact content before any file format: the merged film, the rows. It is what two
 *     runs of a job are compared by
 */
public record AssemblyManifest(Digest content, List<Output> outputs) {
    public AssemblyManifest {
        outputs = List.copyOf(outputs);
    }

    /** A file for the customer: "frame-0001.png", "image/png". */
    public record Output(String name, String mediaType, Digest digest, long bytes) {}
}
