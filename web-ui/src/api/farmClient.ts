import { FarmProblem, isAbort } from './problem.ts';
import type { Account, Digest, Farm, Job, Model, Output, Quote, RenderRequest, Scene, Statement, Task, Upload, Worker } from './types.ts';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** The farm's REST interface under one key. Every method throws {@link FarmProblem} when the farm refuses. */
export class FarmClient {
  readonly #key: string;
  readonly #fetch: Fetch;

  constructor(key: string, fetch: Fetch = (url, init) => globalThis.fetch(url, init)) {
    this.#key = key;
    this.#fetch = fetch;
  }

  farm(): Promise<Farm> {
    return this.#json('/api/v1/farm');
  }

  account(): Promise<Account> {
    return this.#json('/api/v1/account');
  }

  createUpload(digest: Digest, bytes: number, signal?: AbortSignal): Promise<Upload> {
    return this.#json('/api/v1/uploads', { method: 'POST', body: { digest, bytes }, signal });
  }

  upload(id: string, signal?: AbortSignal): Promise<Upload> {
    return this.#json(`/api/v1/uploads/${segment(id)}`, { signal });
  }

  /** Appends a chunk at `offset`; the farm answers CONFLICT when it has another offset. */
  append(id: string, offset: number, chunk: Blob, signal?: AbortSignal): Promise<Upload> {
    const headers = { 'Upload-Offset': String(offset), 'Content-Type': 'application/octet-stream' };
    return this.#json(`/api/v1/uploads/${segment(id)}`, { method: 'PATCH', body: chunk, headers, signal });
  }

  createScene(name: string, main: string, files: Readonly<Record<string, Digest>>, signal?: AbortSignal): Promise<Scene> {
    return this.#json('/api/v1/scenes', { method: 'POST', body: { name, main, files }, signal });
  }

  scenes(): Promise<Scene[]> {
    return this.#json('/api/v1/scenes');
  }

  scene(id: string, signal?: AbortSignal): Promise<Scene> {
    return this.#json(`/api/v1/scenes/${segment(id)}`, { signal });
  }

  async sceneFile(id: string, path: string): Promise<Blob> {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return (await this.#send(`/api/v1/scenes/${segment(id)}/files/${encoded}`)).blob();
  }

  models(): Promise<Model[]> {
    return this.#json('/api/v1/models');
  }

  quote(request: RenderRequest, signal?: AbortSignal): Promise<Quote> {
    return this.#json('/api/v1/quotes', { method: 'POST', body: request, signal });
  }

  /** Starts a job; the same idempotency key never starts a second one. */
  startRender(request: RenderRequest, idempotencyKey: string): Promise<Job> {
    const headers = { 'Idempotency-Key': idempotencyKey };
    return this.#json('/api/v1/jobs', { method: 'POST', body: { render: request }, headers });
  }

  jobs(limit: number, after?: string): Promise<Job[]> {
    return this.#json(`/api/v1/jobs?${page(limit, after)}`);
  }

  job(id: string, signal?: AbortSignal): Promise<Job> {
    return this.#json(`/api/v1/jobs/${segment(id)}`, { signal });
  }

  cancel(id: string): Promise<Job> {
    return this.#json(`/api/v1/jobs/${segment(id)}/cancel`, { method: 'POST' });
  }

  /** The job's tasks with an index over `after`, at most `limit` of them. */
  tasks(id: string, limit: number, after: number | undefined, signal?: AbortSignal): Promise<Task[]> {
    const from = after === undefined ? undefined : String(after);
    return this.#json(`/api/v1/jobs/${segment(id)}/tasks?${page(limit, from)}`, { signal });
  }

  async result(id: string, task: number, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await this.#send(`/api/v1/jobs/${segment(id)}/tasks/${task}/result`, { signal })).arrayBuffer();
  }

  /** The job's event stream; the caller reads its body. */
  events(id: string, signal: AbortSignal): Promise<Response> {
    return this.#send(`/api/v1/jobs/${segment(id)}/events`, { headers: { Accept: 'text/event-stream' }, signal });
  }

  async output(id: string, output: Pick<Output, 'name'>, signal?: AbortSignal): Promise<Blob> {
    return (await this.#send(`/api/v1/jobs/${segment(id)}/outputs/${segment(output.name)}`, { signal })).blob();
  }

  async receipt(id: string): Promise<Blob> {
    return (await this.#send(`/api/v1/jobs/${segment(id)}/receipt`)).blob();
  }

  /** The postings with a number over `after`, the oldest first; `all` is for operators. */
  statement(limit: number, after: number, all: boolean): Promise<Statement> {
    return this.#json(`/api/v1/ledger/statement?${page(limit, String(after))}${all ? '&all=true' : ''}`);
  }

  workers(): Promise<Worker[]> {
    return this.#json('/api/v1/workers');
  }

  async #json<T>(path: string, call: Call = {}): Promise<T> {
    return (await this.#send(path, call)).json() as Promise<T>;
  }

  async #send(path: string, call: Call = {}): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#key}`, ...call.headers };
    const init: RequestInit = { method: call.method ?? 'GET', headers, cache: 'no-store' };
    if (call.body instanceof Blob) {
      init.body = call.body;
    } else if (call.body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(call.body);
    }
    if (call.signal !== undefined) {
      init.signal = call.signal;
    }
    const response = await this.#fetch(path, init).catch((cause: unknown) => {
      throw isAbort(cause) ? cause : FarmProblem.unreachable(cause);
    });
    if (!response.ok) {
      throw await FarmProblem.of(response);
    }
    return response;
  }
}

function segment(text: string): string {
  return encodeURIComponent(text);
}

function page(limit: number, after: string | undefined): string {
  return `limit=${limit}${after === undefined ? '' : `&after=${segment(after)}`}`;
}
