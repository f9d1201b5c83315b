/** What the farm refused or could not do: its stable code for programs, its text for people. */
export class FarmProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.name = 'FarmProblem';
    this.status = status;
    this.code = code;
  }

  /** Whether the same request can succeed later without being changed. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** No answer at all: the network or the farm is down. */
  static unreachable(cause: unknown): FarmProblem {
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    return new FarmProblem(0, 'UNREACHABLE', `the farm cannot be reached${why}; nothing was lost, try again when it is up`);
  }

  /** Reads problem+json; anything else, such as a proxy's page, becomes a problem too. */
  static async of(response: Response): Promise<FarmProblem> {
    const text = await response.text().catch(() => '');
    const body = parse(text);
    const detail = field(body, 'detail') ?? field(body, 'title') ?? `the farm answered with status ${response.status}`;
    return new FarmProblem(response.status, field(body, 'code') ?? `HTTP_${response.status}`, detail);
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Leave, and enter a key that the farm knows.',
  INSUFFICIENT_FUNDS: 'Ask for a smaller picture, fewer samples or fewer frames, or have the account credited.',
  FORBIDDEN: 'Use a key that has the right for this.',
  TOO_MANY_REQUESTS: 'Wait a moment and try again.',
  NO_WORKER: 'Start a worker of this kind, or wait until one joins.',
  UNAVAILABLE: 'Wait a moment and try again.',
  INTERNAL: 'This is a fault of the farm; its log says more.',
};

/** What to do about a problem, where its own text need not say it. */
export function remedyOf(error: unknown): string | undefined {
  return error instanceof FarmProblem ? REMEDIES[error.code] : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(body: unknown, name: string): string | undefined {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
