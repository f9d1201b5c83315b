import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RenderRequest, Scene, SceneReport, Upload } from '../src/api/types.ts';
import { FakeJob } from './fakeJob.ts';

export const PAGE = join(fileURLToPath(new URL('..', import.meta.url)), 'target/classes/META-INF/resources');
export const KEY = 'tk_a_key_of_the_fake_farm';

const CHUNK_BYTES = 1000;
const TICK_MILLIS = 60;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown',
};

const REPORT: SceneReport = {
  engine: 'pathtracer-0123456789abcdef',
  cameras: ['Front camera', 'Top camera'],
  animations: [{ name: 'Turn', seconds: 1 }],
  triangles: 12,
  materials: 1,
  textures: 0,
  lights: 0,
  deviceBytes: 40_960,
  raysPerSample: 3.4,
  notices: ['the extension KHR_materials_clearcoat of material "Paint" is left out'],
};

interface FakeUpload extends Omit<Upload, 'offset' | 'complete'> {
  content: Buffer;
}

/** A refusal as the farm words it. */
class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly headers: Record<string, string> = {}) {
    super(message);
  }
}

/**
 * A farm in memory that serves the built page and its REST interface, with a picture that needs no renderer. What can
 * fail in a real one fails here on purpose: a chunk is refused, an event stream breaks.
 */
export class FakeFarm {
  readonly uploads = new Map<string, FakeUpload>();
  readonly scenes = new Map<string, Scene & { polls: number }>();
  readonly jobs = new Map<string, FakeJob>();
  readonly created = new Map<string, string>();
  /** Chunks that are answered with UNAVAILABLE before one is taken. */
  refusedChunks = 0;
  /** Event streams that are cut after a few events. */
  brokenStreams = 0;
  balance = 1_000_000_000;
  /** While false, jobs wait before their files are written. */
  assembles = true;
  /** Tiles of this side, and tasks that take a step together. */
  tile = 64;
  parallel = 3;
  readonly #server: Server;
  readonly #clock: ReturnType<typeof setInterval>;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#clock = setInterval(() => this.jobs.forEach((job) => job.tick(this.assembles)), TICK_MILLIS);
  }

  static async start(): Promise<FakeFarm> {
    if (!existsSync(join(PAGE, 'index.html'))) {
      throw new Error('the page is not built; run `npm run build` first');
    }
    const farm = new FakeFarm();
    await new Promise<void>((resolve) => farm.#server.listen(0, '127.0.0.1', resolve));
    return farm;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    clearInterval(this.#clock);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', this.url);
      if (url.pathname.startsWith('/api/')) {
        await this.#api(request, response, url);
      } else {
        this.#file(response, url.pathname === '/' ? '/index.html' : url.pathname);
      }
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'INTERNAL', String(error));
      const { status, code, message, headers } = refusal;
      response.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers });
      response.end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail: message }));
    }
  }

  #file(response: ServerResponse, path: string): void {
    const file = join(PAGE, path);
    if (path.includes('..') || !existsSync(file)) {
      throw new Refusal(404, 'NOT_FOUND', `there is no ${path}`);
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  }

  async #api(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [resource = '', id = '', part = '', item = '', last = ''] = url.pathname.slice('/api/v1/'.length).split('/').map(decodeURIComponent);
    if (resource !== 'farm' && request.headers.authorization !== `Bearer ${KEY}`) {
      throw new Refusal(401, 'UNAUTHENTICATED', 'the farm does not know this key');
    }
    const body = await read(request);
    const json = (): unknown => JSON.parse(body.toString());
    const route = `${request.method} ${resource}${id === '' ? '' : '/id'}${part === '' ? '' : `/${part}`}${item === '' ? '' : '/item'}`;
    const answer = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    switch (route) {
      case 'GET farm':
        return answer({ name: 'Tilth', version: '0.1.0', priceRenderPerMillion: 100, feeBasisPoints: 500, workers: { total: 3, trusted: 1 } });
      case 'GET account':
        return answer({ id: 'a-1', name: 'first', roles: ['CUSTOMER', 'OWNER', 'OPERATOR'], balance: this.balance });
      case 'POST uploads':
        return answer(this.#createUpload(json() as { digest: string; bytes: number }), 201);
      case 'GET uploads/id':
        return answer(view(found(this.uploads, id)));
      case 'PATCH uploads/id':
        return answer(this.#append(found(this.uploads, id), Number(request.headers['upload-offset']), body));
      case 'POST scenes':
        return answer(this.#createScene(json() as Required<Pick<Scene, 'name' | 'main' | 'files'>>), 202);
      case 'GET scenes':
        return answer([...this.scenes.values()]);
      case 'GET scenes/id':
        return answer(inspected(found(this.scenes, id)));
      case 'GET scenes/id/files/item':
        return void response.end(this.#blob(found(this.scenes, id).files?.[item] ?? ''));
      case 'GET models':
        return answer([{ name: 'upscaler', state: 'READY', description: { picture: { scale: 2 } } }]);
      case 'POST quotes':
        return answer(quote(json() as RenderRequest));
      case 'POST jobs':
        return answer(this.#createJob((json() as { render: RenderRequest }).render, String(request.headers['idempotency-key'])), 201);
      case 'GET jobs':
        return answer([...this.jobs.values()].reverse().map((job) => job.json()));
      case 'GET workers':
        return answer(WORKERS);
      case 'GET ledger/id':
        return answer(this.#statement());
      default:
        return this.#job(found(this.jobs, id), `${request.method} ${part}`, item, last, url, response, answer);
    }
  }

  #job(
    job: FakeJob, route: string, item: string, last: string, url: URL, response: ServerResponse, answer: (value: unknown) => void,
  ): void {
    switch (route) {
      case 'GET ':
        return answer(job.json());
      case 'POST cancel':
        job.cancel();
        return answer(job.json());
      case 'GET tasks': {
        const result = last === 'result' ? job.result(Number(item)) : undefined;
        if (item === '') {
          return answer(job.taskList(Number(url.searchParams.get('after') ?? -1), Number(url.searchParams.get('limit'))));
        }
        if (result === undefined) {
          throw new Refusal(404, 'NOT_FOUND', `task ${item} has no result`);
        }
        return void response.end(result);
      }
      case 'GET outputs': {
        const { output, content } = found(job.outputs, item);
        response.writeHead(200, { 'Content-Type': output.mediaType });
        return void response.end(content);
      }
      case 'GET receipt':
        return answer({ format: 1, job: job.id, totals: job.json().price });
      case 'GET events':
        return this.#events(job, response);
      default:
        throw new Refusal(404, 'NOT_FOUND', `there is no ${route} of a job`);
    }
  }

  #events(job: FakeJob, response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    let left = this.brokenStreams > 0 ? 12 : Number.POSITIVE_INFINITY;
    this.brokenStreams = Math.max(0, this.brokenStreams - 1);
    const stop = job.listen((event, data) => {
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      if (--left <= 0) {
        response.destroy();
      } else if (job.hasEnded) {
        response.end();
      }
    });
    response.on('close', stop);
  }

  #createUpload({ digest, bytes }: { digest: string; bytes: number }): Upload {
    const id = randomUUID();
    this.uploads.set(id, { id, digest, bytes, chunkBytes: CHUNK_BYTES, content: Buffer.alloc(0) });
    return view(found(this.uploads, id));
  }

  #append(upload: FakeUpload, offset: number, chunk: Buffer): Upload {
    if (this.refusedChunks > 0) {
      this.refusedChunks--;
      throw new Refusal(503, 'UNAVAILABLE', 'the farm restarts');
    }
    if (offset !== upload.content.length) {
      throw new Refusal(409, 'CONFLICT', `the offset is ${upload.content.length}`, { 'Upload-Offset': String(upload.content.length) });
    }
    upload.content = Buffer.concat([upload.content, chunk]);
    if (upload.content.length === upload.bytes && sha256(upload.content) !== upload.digest) {
      upload.content = Buffer.alloc(0);
      throw new Refusal(422, 'INVALID_REQUEST', 'the content does not have its digest');
    }
    return view(upload);
  }

  #createScene({ name, main, files }: Required<Pick<Scene, 'name' | 'main' | 'files'>>): Scene {
    Object.values(files).forEach((digest) => this.#blob(digest));
    const scene = { id: randomUUID(), name, main, files, state: 'INSPECTING' as const, polls: 0 };
    this.scenes.set(scene.id, scene);
    return scene;
  }

  #blob(digest: string): Buffer {
    const upload = [...this.uploads.values()].find((u) => u.digest === digest && u.content.length === u.bytes);
    if (upload === undefined) {
      throw new Refusal(404, 'NOT_FOUND', `nothing with the digest ${digest} was uploaded`);
    }
    return upload.content;
  }

  #createJob(request: RenderRequest, key: string): unknown {
    const id = this.created.get(key) ?? randomUUID();
    if (!this.created.has(key)) {
      this.created.set(key, id);
      this.jobs.set(id, new FakeJob(id, request, this.tile, this.parallel));
    }
    return found(this.jobs, id).json();
  }

  #statement(): unknown {
    const [job] = this.jobs.keys();
    const at = '2026-11-22T18:40:15Z';
    return {
      account: 'a-1',
      balance: this.balance,
      postings: [
        { number: 1, transfer: 't-1', at, account: 'customer/a-1', direction: 'CREDIT', amount: 1_000_000_000, purpose: 'CREDIT' },
        { number: 2, transfer: 't-2', at, account: 'customer/a-1', direction: 'DEBIT', amount: 200_000, purpose: 'ESCROW', job },
        { number: 3, transfer: 't-3', at, account: 'customer/a-1', direction: 'CREDIT', amount: 142_400, purpose: 'REFUND', job },
      ],
    };
  }
}

const WORKERS = [
  { id: 'a'.repeat(64), name: 'loft-4090', device: 'NVIDIA GeForce RTX 4090', engines: ['pathtracer-0123456789abcdef'], trusted: false, connected: true, tasksAccepted: 1842, earned: 5_210_400 },
  { id: 'b'.repeat(64), name: '', device: '16 × CPU', engines: ['onnx-1.29.0'], trusted: false, connected: false, tasksAccepted: 12, earned: 900 },
  { id: 'c'.repeat(64), name: 'auditor', device: '8 × CPU', engines: ['pathtracer-0123456789abcdef', 'assembly-3'], trusted: true, connected: true, tasksAccepted: 0, earned: 0 },
];

function inspected(scene: Scene & { polls: number }): Scene {
  if (++scene.polls < 2) {
    return scene;
  }
  const refused = scene.name.includes('refused');
  const verdict = refused
    ? { state: 'REFUSED' as const, error: { code: 'INVALID_SCENE', detail: 'meshes[0].primitives[0]: the accessor 7 does not exist; export the scene again' } }
    : { state: 'READY' as const, report: REPORT };
  return Object.assign(scene, verdict);
}

function quote({ width, height, samples, maxBounces, frames }: RenderRequest): unknown {
  const count = frames === undefined ? 1 : frames.last - frames.first + 1;
  const units = width * height * samples * count;
  return {
    ceiling: Math.floor((units * (1 + 2 * (maxBounces + 1)) * 100) / 1e6),
    estimate: Math.floor((units * 3.4 * 100) / 1e6),
    workUnitsCeiling: units * (1 + 2 * (maxBounces + 1)),
    tasks: Math.ceil(width / 64) * Math.ceil(height / 64) * count,
    frames: count,
  };
}

function view({ content, ...upload }: FakeUpload): Upload {
  return { ...upload, offset: content.length, complete: content.length === upload.bytes };
}

function found<T>(map: ReadonlyMap<string, T>, id: string): T {
  const value = map.get(id);
  if (value === undefined) {
    throw new Refusal(404, 'NOT_FOUND', `there is no ${id}`);
  }
  return value;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) {
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}
