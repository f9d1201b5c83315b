import { describe, expect, it } from 'vitest';
import { FarmClient } from '../src/api/farmClient.ts';
import { FarmProblem, messageOf, remedyOf } from '../src/api/problem.ts';

interface Seen {
  readonly url: string;
  readonly init: RequestInit;
}

function client(answer: () => Response | Error): { client: FarmClient; seen: Seen[] } {
  const seen: Seen[] = [];
  const farm = new FarmClient('tk_1', async (url, init = {}) => {
    seen.push({ url, init });
    const given = answer();
    if (given instanceof Error) {
      throw given;
    }
    return given;
  });
  return { client: farm, seen };
}

describe('the client', () => {
  it('sends the key with every request and JSON with its type', async () => {
    const { client: farm, seen } = client(() => Response.json({}));
    await farm.startRender({ scene: 's' } as never, 'once');
    expect(seen[0]).toMatchObject({
      url: '/api/v1/jobs',
      init: {
        method: 'POST',
        body: '{"render":{"scene":"s"}}',
        headers: { Authorization: 'Bearer tk_1', 'Content-Type': 'application/json', 'Idempotency-Key': 'once' },
      },
    });
  });

  it('encodes what goes into a path', async () => {
    const { client: farm, seen } = client(() => new Response('x'));
    await farm.sceneFile('a/b', 'maps/wood dark#1.png');
    await farm.output('j', { name: '../x?.png' });
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/v1/scenes/a%2Fb/files/maps/wood%20dark%231.png',
      '/api/v1/jobs/j/outputs/..%2Fx%3F.png',
    ]);
  });

  it('asks for pages', async () => {
    const { client: farm, seen } = client(() => Response.json([]));
    await farm.tasks('j', 500, undefined);
    await farm.tasks('j', 500, 499);
    await farm.statement(1000, 12, true);
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/v1/jobs/j/tasks?limit=500',
      '/api/v1/jobs/j/tasks?limit=500&after=499',
      '/api/v1/ledger/statement?limit=1000&after=12&all=true',
    ]);
  });

  it('throws the problem that the farm describes', async () => {
    const { client: farm } = client(() =>
      Response.json({ title: 'x', status: 402, code: 'INSUFFICIENT_FUNDS', detail: 'the account has 3' }, { status: 402 }),
    );
    const problem = await farm.account().catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(FarmProblem);
    expect(problem).toMatchObject({ status: 402, code: 'INSUFFICIENT_FUNDS', message: 'the account has 3', isTransient: false });
    expect(remedyOf(problem)).toContain('fewer samples');
  });

  it('makes a problem of an answer that is not the farm’s', async () => {
    const { client: farm } = client(() => new Response('<html>Bad gateway</html>', { status: 502 }));
    const problem = await farm.account().catch((error: unknown) => error);
    expect(problem).toMatchObject({ status: 502, code: 'HTTP_502', isTransient: true });
    expect(messageOf(problem)).toBe('the farm answered with status 502');
  });

  it('says when the farm cannot be reached, and passes on that it was called off', async () => {
    const unreachable = await client(() => new TypeError('fetch failed')).client.account().catch((error: unknown) => error);
    expect(unreachable).toMatchObject({ code: 'UNREACHABLE', isTransient: true });
    expect(messageOf(unreachable)).toContain('(fetch failed)');
    const aborted = await client(() => new DOMException('off', 'AbortError')).client.account().catch((error: unknown) => error);
    expect(aborted).toBeInstanceOf(DOMException);
  });
});
