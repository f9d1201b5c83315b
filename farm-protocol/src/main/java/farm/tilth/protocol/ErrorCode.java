package farm.tilth.protocol;

/**
 * The stable names of what can go wrong. Clients branch on the code; the message beside it is for people.
 * The HTTP status is part of the contract; each protocol of the farm maps from it once.
 */
public enum ErrorCode {
    /** The request is not understood: a field is missing, malformed or out of range. */
    INVALID_REQUEST(400),
    /** No key, or one that the farm does not know. */
    UNAUTHENTICATED(401),
    /** The account cannot pay what was quoted. */
    INSUFFICIENT_FUNDS(402),
    /** The key is known and may not do this. */
    FORBIDDEN(403),
    /** There is nothing of that name that the caller may see. */
    NOT_FOUND(404),
    /** There is no model of that name. */
    MODEL_NOT_FOUND(404),
    /** The state does not allow it: an offset that is not the upload's, a job that has ended. */
    CONFLICT(409),
    /** The same idempotency key came with another request. */
    IDEMPOTENCY_MISMATCH(409),
    /** Over a named limit. */
    TOO_LARGE(413),
    /** The bytes that arrived are not those that the digest names; send them again. */
    DIGEST_MISMATCH(422),
    /** The scene is broken or uses what the farm does not support; the message names the place in the file. */
    INVALID_SCENE(422),
    /** The model is broken or not allowed. */
    INVALID_MODEL(422),
    /** A tensor does not fit the model; the message names the tensor. */
    INVALID_TENSOR(400),
    /** A queue is full, or a rate limit was reached. Try again later. */
    TOO_MANY_REQUESTS(429),
    /** The worker's lease is not valid any more; it drops the task quietly. */
    LEASE_LOST(409),
    /** A result does not match its commitment, or the audit's recomputation. */
    RESULT_REJECTED(409),
    /** No worker can do this at present. */
    NO_WORKER(503),
    /** The worker lacks memory or disk for this task, or the farm lacks disk for the content; others may have it. */
    OUT_OF_RESOURCES(503),
    /** A part of the farm is down; nothing was lost. Try again later. */
    UNAVAILABLE(503),
    /** The request's deadline passed before it was served. */
    DEADLINE_EXCEEDED(504),
    /** A fault of the farm itself. */
    INTERNAL(500);

    private final int httpStatus;

    ErrorCode(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** Whether the same request can succeed later without being changed. */
    public boolean isTransient() {
        return httpStatus == 429 || httpStatus == 503 || httpStatus == 504;
    }
}
