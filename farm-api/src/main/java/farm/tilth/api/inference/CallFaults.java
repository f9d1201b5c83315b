package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.wire.InferenceAnswer;
import io.smallrye.mutiny.Uni;

/** Who is told of a worker whose answer was wrong. */
interface CallFaults {
    /** Keeps the evidence, and has the worker refused from now on; safe to repeat. */
    Uni<Void> found(Digest worker, CallSample sample, InferenceAnswer recomputed);
}
