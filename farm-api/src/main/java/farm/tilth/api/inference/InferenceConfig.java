package farm.tilth.api.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The limits of online inference, under {@code tilth.inference}. */
@ConfigMapping(prefix = "tilth.inference")
public interface InferenceConfig {
    /**
     * How long a call waits at least for those that usually share its batch, while a worker is free; longer where a
     * batch takes long.
     */
    @WithDefault("PT0.0005S")
    Duration queueDelay();

    /** How long a call waits at most for those that usually share its batch. */
    @WithDefault("PT0.010S")
    Duration maxQueueDelay();

    /** The most rows of a batch; a call that has more travels alone. */
    @WithDefault("32")
    int maxBatchRows();

    /** The most tokens of a batch, as estimated before they are counted; a call that has more travels alone. */
    @WithDefault("16384")
    int maxBatchTokens();

    /** Calls that may wait for one model; the next one is refused with 429. */
    @WithDefault("1024")
    int maxWaitingCalls();

    /** Requests of one gRPC stream that are in work at a time. */
    @WithDefault("32")
    int streamCalls();

    /** Batches that one worker has at a time: one in work and the next one at hand. */
    @WithDefault("2")
    int batchesPerWorker();

    /** How long a call may take when its caller does not say. */
    @WithDefault("60S")
    Duration deadline();

    /** How long a worker may take for a batch before another one gets it. */
    @WithDefault("30S")
    Duration batchTimeout();

    /** How often a call is sent to a worker, the first time included. */
    @WithDefault("3")
    int tries();

    /** How long a call waits for a worker when there is none. */
    @WithDefault("3S")
    Duration patience();

    /** Rows of a worker of which one is audited: the batches that it answers until then are paid together. */
    @WithDefault("64")
    int auditRows();

    /** How long answers wait at most for others to share their audit. */
    @WithDefault("1S")
    Duration auditDelay();

    /** The first batches of a worker since the farm started, each of which is audited by itself. */
    @WithDefault("16")
    int probation();

    /** The most bytes of answers that wait for one audit. */
    @WithDefault("16777216")
    int auditBytes();

    /** Batches that may wait for their audit; while there are more, no new batch goes out. */
    @WithDefault("4096")
    int maxOpenAudits();

    /** The most audits that a trusted worker gets at a time. */
    @WithDefault("32")
    int auditsPerBatch();

    /** How long a call's funds are held: an audit that takes longer leaves the call unpaid. */
    @WithDefault("10M")
    Duration hold();

    /** What is held of an account's funds for its next calls, in the smallest unit; at most a tenth of the funds. */
    @WithDefault("100000")
    long window();

    /** How long calls reserve from one window. */
    @WithDefault("10S")
    Duration windowAge();

    /** How long the receipts of online calls are kept. */
    @WithDefault("90D")
    Duration receiptsKept();

    /** How long a window waits for the next call. */
    @WithDefault("3S")
    Duration windowIdle();

    /** When a copy of a batch goes to another free worker: as many times the usual duration of the model's batches. */
    @WithDefault("8")
    int hedgeTimes();

    /** When a copy of a batch goes to another free worker at the earliest. */
    @WithDefault("PT0.5S")
    Duration hedgeAfter();

    /** The largest request body, in bytes. */
    @WithDefault("16777216")
    int maxBodyBytes();

    /** The most inputs of one embeddings request. */
    @WithDefault("2048")
    int maxInputs();

    /** The most tokens of one embeddings request that sends tokens. */
    @WithDefault("300000")
    int maxTokens();

    /** The most requests of one batch file. */
    @WithDefault("50000")
    int batchRequests();

    /** The most inputs of all requests of one batch file. */
    @WithDefault("500000")
    int batchInputs();

    /** Batches of one account that may be open at a time. */
    @WithDefault("64")
    int batchesPerAccount();

    /** How long a batch may take before what is left of it is given up. */
    @WithDefault("24H")
    Duration batchWindow();

    /** How often batches are looked at. */
    @WithDefault("0.5S")
    Duration batchPoll();

    /** What the bodies of all requests in work may take together, in bytes; the next one is refused with 429. */
    @WithDefault("134217728")
    long maxBodiesBytes();

    /** What remembered answers may take, in bytes; 0 for remembering none. */
    @WithDefault("0")
    long cacheBytes();
}
