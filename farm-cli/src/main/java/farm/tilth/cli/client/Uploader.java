package farm.tilth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Uploads files in chunks. An upload that breaks off goes on where the farm has it, in this run or in a later one; a
 * file that the farm has already is not sent again.
 */
public final class Uploader {
    private static final int MAX_CHUNK_BYTES = 64 << 20;
    private static final int CONFLICT = 409;
    private static final int WRONG_DIGEST = 422;

    private final FarmClient client;

    public Uploader(FarmClient client) {
        this.client = client;
    }

    /** What the farm says about an upload. */
    record Upload(String id, long bytes, long offset, boolean complete, int chunkBytes) {}

    /**
     * Uploads a file; safe to repeat.
     *
     * @param progress hears how many bytes the farm has
     * @return the blob's digest
     */
    public Digest upload(Path file, LongConsumer progress) throws InterruptedException {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
            Digest digest = Digest.ofFile(file);
            Map<String, Object> request = Map.of("digest", digest.hex(), "bytes", Files.size(file));
            Upload upload = read(client.post("/api/v1/uploads", request));
            send(upload, content, file, progress);
            return digest;
        } catch (IOException e) {
            throw new FarmException(ErrorCode.NOT_FOUND, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void send(Upload first, RandomAccessFile content, Path file, LongConsumer progress)
            throws IOException, InterruptedException {
        Upload upload = first;
        int failures = 0;
        while (!upload.complete()) {
            progress.accept(upload.offset());
            Optional<Upload> next = patch(upload, content, file);
            boolean stuck = next.isEmpty()
                    || next.get().offset() == upload.offset() && !next.get().complete();
            failures = stuck ? failures + 1 : 0;
            if (failures >= client.policy().attempts()) {
                throw new FarmException(
                        ErrorCode.UNAVAILABLE,
                        file + ": the upload makes no progress after byte " + upload.offset()
                                + "; the same command goes on there later");
            }
            if (stuck) {
                FarmClient.pause(client.policy().pause(failures, Optional.empty()));
            }
            upload = next.isPresent() ? next.get() : read(client.get("/api/v1/uploads/" + upload.id()));
        }
        progress.accept(upload.bytes());
    }

    /** Sends the next chunk. Empty when the farm must be asked where the upload stands. */
    private Optional<Upload> patch(Upload upload, RandomAccessFile content, Path file)
            throws IOException, InterruptedException {
        byte[] chunk = chunk(upload, content);
        HttpRequest request = client.request("/api/v1/uploads/" + upload.id())
                .header("Upload-Offset", String.valueOf(upload.offset()))
                .header("Content-Type", "application/octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(chunk))
                .build();
        HttpResponse<String> response;
        try {
            response = client.sendOnce(request);
        } catch (IOException e) {
            return Optional.empty();
        }
        int status = response.statusCode();
        if (status == CONFLICT || FarmClient.isTransient(status)) {
            return Optional.empty();
        }
        if (status == WRONG_DIGEST) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    file + " changed while it was uploaded; run the command again",
                    cause(response));
        }
        if (status / 100 != 2) {
            throw cause(response);
        }
        return Optional.of(read(FarmClient.parse(response)));
    }

    private static byte[] chunk(Upload upload, RandomAccessFile content) throws IOException {
        int limit = upload.chunkBytes() <= 0 ? MAX_CHUNK_BYTES : Math.min(upload.chunkBytes(), MAX_CHUNK_BYTES);
        byte[] chunk = new byte[(int) Math.min(limit, upload.bytes() - upload.offset())];
        content.seek(upload.offset());
        content.readFully(chunk);
        return chunk;
    }

    private static FarmException cause(HttpResponse<String> response) {
        return Problem.of(response.statusCode(), response.body());
    }

    private static Upload read(JsonNode json) {
        return Answers.read(json, Upload.class);
    }
}
