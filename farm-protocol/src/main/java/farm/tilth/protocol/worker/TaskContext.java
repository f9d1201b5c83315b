package farm.tilth.protocol.worker;

import farm.tilth.protocol.task.TaskId;
import java.nio.file.Path;

/**
 * What an executor may use besides the specification.
 *
 * @param task the task's id, for messages; a result must not depend on it
 * @param blobs reads inputs and writes outputs
 * @param scratch an empty folder that is deleted after the task
 */
public record TaskContext(TaskId task, BlobStore blobs, Path scratch) {}
