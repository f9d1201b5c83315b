package farm.tilth.api.job;

import farm.tilth.protocol.Digest;
import java.util.Optional;

/**
 * A task of an embedding job: its rows, and its result file once that was accepted.
 *
 * @param endRow the first row behind it
 */
public record RowBatch(int index, int firstRow, int endRow, Optional<Digest> result) {}
