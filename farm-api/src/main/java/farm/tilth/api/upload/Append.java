package farm.tilth.api.upload;

/** What came of sending a chunk. */
sealed interface Append {
    /** It is on the disk. */
    record Done(Upload upload) implements Append {}

    /** It does not begin where the upload stands; nothing was written. */
    record Elsewhere(Upload upload) implements Append {}

    /** Another request is writing to the upload at present; nothing was written. */
    record Busy(Upload upload) implements Append {}
}
