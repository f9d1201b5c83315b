import type { FarmClient } from '../api/farmClient.ts';
import { FarmProblem } from '../api/problem.ts';
import type { Digest, Upload } from '../api/types.ts';

/** Where unfinished uploads are remembered between visits of the page: the browser's local storage. */
export type UploadMemory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface UploadOptions {
  readonly memory: UploadMemory;
  readonly signal?: AbortSignal;
  /** Waits between tries; tests pass one that does not. */
  readonly pause?: (millis: number) => Promise<void>;
  readonly onProgress?: (bytes: number) => void;
}

/** How many tries in a row may fail without a byte of progress. */
const MAX_FAILURES = 8;
const FIRST_PAUSE_MILLIS = 250;
const MAX_PAUSE_MILLIS = 8000;
const DEFAULT_CHUNK_BYTES = 4 * 1024 * 1024;

type Uploads = Pick<FarmClient, 'createUpload' | 'upload' | 'append'>;

/**
 * Sends a file to the farm in chunks. What fails for a while (network, restart of the farm) is tried again from the
 * offset that the farm has; an upload that an earlier visit began goes on where it stopped.
 */
export async function uploadFile(client: Uploads, file: Blob, digest: Digest, options: UploadOptions): Promise<void> {
  await new ResumableUpload(client, file, digest, options).run();
}

class ResumableUpload {
  readonly #client: Uploads;
  readonly #file: Blob;
  readonly #digest: Digest;
  readonly #options: UploadOptions;
  #failures = 0;
  #best = -1;

  constructor(client: Uploads, file: Blob, digest: Digest, options: UploadOptions) {
    this.#client = client;
    this.#file = file;
    this.#digest = digest;
    this.#options = options;
  }

  async run(): Promise<void> {
    let upload = await this.#retrying(() => this.#begin());
    this.#progress(upload);
    while (!upload.complete) {
      const current: Upload = upload;
      upload = await this.#retrying(() => this.#append(current), () => this.#client.upload(current.id, this.#options.signal));
      this.#progress(upload);
    }
    this.#options.memory.removeItem(this.#name());
  }

  async #begin(): Promise<Upload> {
    const { memory, signal } = this.#options;
    const known = memory.getItem(this.#name());
    if (known !== null) {
      try {
        const upload = await this.#client.upload(known, signal);
        if (upload.digest === this.#digest && upload.bytes === this.#file.size) {
          return upload;
        }
      } catch (error) {
        if (!(error instanceof FarmProblem) || error.isTransient) {
          throw error;
        }
      }
      memory.removeItem(this.#name());
    }
    const upload = await this.#client.createUpload(this.#digest, this.#file.size, signal);
    memory.setItem(this.#name(), upload.id);
    return upload;
  }

  async #append(upload: Upload): Promise<Upload> {
    const size = upload.chunkBytes > 0 ? upload.chunkBytes : DEFAULT_CHUNK_BYTES;
    const chunk = this.#file.slice(upload.offset, Math.min(upload.offset + size, this.#file.size));
    return this.#client.append(upload.id, upload.offset, chunk, this.#options.signal);
  }

  /** Tries until it succeeds; after a failure `recover`, when given, says where the farm stands instead. */
  async #retrying(action: () => Promise<Upload>, recover?: () => Promise<Upload>): Promise<Upload> {
    let next = action;
    for (;;) {
      this.#options.signal?.throwIfAborted();
      try {
        return await next();
      } catch (error) {
        if (!isRecoverable(error) || ++this.#failures >= MAX_FAILURES) {
          throw error;
        }
        await this.#wait();
        next = recover ?? action;
      }
    }
  }

  #progress(upload: Upload): void {
    if (upload.offset > this.#best) {
      this.#best = upload.offset;
      this.#failures = 0;
    } else if (++this.#failures >= MAX_FAILURES) {
      throw new Error(`the upload stands still at byte ${upload.offset} of ${upload.bytes}; try again later`);
    }
    this.#options.onProgress?.(upload.complete ? this.#file.size : upload.offset);
  }

  async #wait(): Promise<void> {
    const millis = Math.min(MAX_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** (this.#failures - 1));
    const pause = this.#options.pause ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
    await pause(millis);
  }

  #name(): string {
    return `tilth.upload.${this.#digest}`;
  }
}

/** Another offset (409) is recovered from by asking for it. */
function isRecoverable(error: unknown): boolean {
  return error instanceof FarmProblem && (error.isTransient || error.status === 409);
}
