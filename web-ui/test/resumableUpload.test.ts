import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Fetch, FarmClient } from '../src/api/farmClient.ts';
import { uploadFile, type UploadOptions } from '../src/upload/resumableUpload.ts';

const CONTENT = Uint8Array.from({ length: 2500 }, (_, i) => i % 251);
const DIGEST = createHash('sha256').update(CONTENT).digest('hex');
const FILE = new Blob([CONTENT]);

type Answer = (request: { method: string; path: string; offset: number }) => Response | Error | undefined;

/** The farm's side of uploads behind a fake fetch; `interfere` may answer in its place. */
class FakeUploads {
  readonly requests: string[] = [];
  received = new Uint8Array(0);
  interfere: Answer = () => undefined;
  readonly known = new Map([['u-1', true]]);

  readonly fetch: Fetch = async (path, init = {}) => {
    const method = init.method ?? 'GET';
    const offset = Number((init.headers as Record<string, string>)['Upload-Offset'] ?? -1);
    this.requests.push(method === 'PATCH' ? `PATCH ${offset}` : `${method} ${path.slice('/api/v1/'.length)}`);
    const other = this.interfere({ method, path, offset });
    if (other instanceof Error) {
      throw other;
    }
    if (other !== undefined) {
      return other;
    }
    if (method === 'GET' && !this.known.has(path.split('/').at(-1) ?? '')) {
      return problem(404, 'NOT_FOUND');
    }
    if (method === 'PATCH') {
      if (offset !== this.received.length) {
        return problem(409, 'CONFLICT');
      }
      const chunk = new Uint8Array(await (init.body as Blob).arrayBuffer());
      this.received = Uint8Array.from([...this.received, ...chunk]);
    }
    return this.view(method === 'POST' ? 201 : 200);
  };

  view(status = 200): Response {
    const offset = this.received.length;
    return Response.json(
      { id: 'u-1', digest: DIGEST, bytes: CONTENT.length, offset, complete: offset === CONTENT.length, chunkBytes: 1000 },
      { status },
    );
  }
}

function problem(status: number, code: string): Response {
  return Response.json({ title: code, status, code, detail: `${code} for a test` }, { status });
}

class FakeMemory {
  readonly kept = new Map<string, string>();
  getItem = (name: string): string | null => this.kept.get(name) ?? null;
  setItem = (name: string, value: string): void => void this.kept.set(name, value);
  removeItem = (name: string): void => void this.kept.delete(name);
}

describe('an upload', () => {
  let farm: FakeUploads;
  let memory: FakeMemory;
  let pauses: number[];
  let progress: number[];

  beforeEach(() => {
    farm = new FakeUploads();
    memory = new FakeMemory();
    pauses = [];
    progress = [];
  });

  const upload = (more: Partial<UploadOptions> = {}): Promise<void> =>
    uploadFile(new FarmClient('k', farm.fetch), FILE, DIGEST, {
      memory,
      pause: (millis) => {
        pauses.push(millis);
        return Promise.resolve();
      },
      onProgress: (bytes) => void progress.push(bytes),
      ...more,
    });

  it('goes in chunks of the size that the farm names, and is forgotten when it is complete', async () => {
    await upload();
    expect(farm.requests).toEqual(['POST uploads', 'PATCH 0', 'PATCH 1000', 'PATCH 2000']);
    expect(farm.received).toEqual(CONTENT);
    expect(progress).toEqual([0, 1000, 2000, 2500]);
    expect(memory.kept.size).toBe(0);
  });

  it('is done at once when the farm has the content', async () => {
    farm.received = CONTENT;
    await upload();
    expect(farm.requests).toEqual(['POST uploads']);
    expect(progress).toEqual([2500]);
  });

  it('goes on from where an earlier visit stopped', async () => {
    memory.setItem(`tilth.upload.${DIGEST}`, 'u-1');
    farm.received = CONTENT.slice(0, 2000);
    await upload();
    expect(farm.requests).toEqual(['GET uploads/u-1', 'PATCH 2000']);
  });

  it('begins anew when the farm has forgotten the earlier visit', async () => {
    memory.setItem(`tilth.upload.${DIGEST}`, 'gone');
    await upload();
    expect(farm.requests.slice(0, 2)).toEqual(['GET uploads/gone', 'POST uploads']);
    expect(farm.received).toEqual(CONTENT);
  });

  it('waits longer and longer while the farm is away, asks where it stands and goes on', async () => {
    let failures = 3;
    farm.interfere = ({ offset, method }) =>
      (offset === 1000 || method === 'GET') && failures-- > 0 ? new TypeError('fetch failed') : undefined;
    await upload();
    expect(farm.requests).toEqual(['POST uploads', 'PATCH 0', 'PATCH 1000', 'GET uploads/u-1', 'GET uploads/u-1', 'GET uploads/u-1', 'PATCH 1000', 'PATCH 2000']);
    expect(pauses).toEqual([250, 500, 1000]);
    expect(farm.received).toEqual(CONTENT);
  });

  it('takes the offset of the farm when a chunk arrived whose answer was lost', async () => {
    let lost = false;
    farm.interfere = ({ offset }) => {
      if (offset !== 1000 || lost) {
        return undefined;
      }
      lost = true;
      farm.received = CONTENT.slice(0, 2000);
      return new TypeError('connection reset');
    };
    await upload();
    expect(farm.requests.slice(-2)).toEqual(['GET uploads/u-1', 'PATCH 2000']);
    expect(farm.received).toEqual(CONTENT);
  });

  it('recovers from a conflict', async () => {
    let conflicts = 1;
    farm.interfere = ({ offset }) => (offset === 0 && conflicts-- > 0 ? problem(409, 'CONFLICT') : undefined);
    await upload();
    expect(farm.requests).toEqual(['POST uploads', 'PATCH 0', 'GET uploads/u-1', 'PATCH 0', 'PATCH 1000', 'PATCH 2000']);
  });

  it('ends with the reason when the farm refuses it', async () => {
    farm.interfere = ({ method }) => (method === 'POST' ? problem(413, 'TOO_LARGE') : undefined);
    await expect(upload()).rejects.toThrow('TOO_LARGE for a test');
    expect(pauses).toEqual([]);
  });

  it('does not try for ever', async () => {
    farm.interfere = ({ method }) => (method === 'POST' ? undefined : problem(503, 'UNAVAILABLE'));
    await expect(upload()).rejects.toThrow('UNAVAILABLE for a test');
    expect(farm.requests.length).toBeLessThan(12);
  });

  it('says when it stands still although the farm answers', async () => {
    farm.interfere = ({ method }) => (method === 'PATCH' ? farm.view() : undefined);
    await expect(upload()).rejects.toThrow('stands still at byte 0 of 2500');
  });

  it('stops when it is called off', async () => {
    const abort = new AbortController();
    await expect(upload({ signal: abort.signal, onProgress: () => abort.abort() })).rejects.toThrow('abort');
    expect(farm.requests).toEqual(['POST uploads']);
  });
});
