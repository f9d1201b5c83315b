import { describe, expect, it } from 'vitest';
import { addressOf, routeOf, titleOf } from '../src/app/route.ts';
import { purposeText, readMovements, sumOf } from '../src/ledger/statement.ts';
import type { Posting } from '../src/api/types.ts';
import { amount, bytes, instant, plural, shortId, span } from '../src/text/format.ts';
import { randomId } from '../src/text/randomId.ts';

describe('texts', () => {
  it('show amounts exactly', () => {
    expect([0, 1, 6700, 1_000_000, -200_000, 1_234_567_890_120].map(amount)).toEqual([
      '0 T', '0.000001 T', '0.0067 T', '1 T', '−0.2 T', '1,234,567.89012 T',
    ]);
  });

  it('show sizes, spans and counts', () => {
    expect([0, 1023, 1024, 5_000_000, 3e12].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '4.8 MiB', '2.7 TiB']);
    expect([-5, 850, 12_400, 200_000, 7_500_000].map(span)).toEqual(['0 ms', '850 ms', '12 s', '3 min 20 s', '2 h 5 min']);
    expect([plural(1, 'task'), plural(2400, 'task'), plural(0, 'entry', 'entries')]).toEqual(['1 task', '2,400 tasks', '0 entries']);
  });

  it('show instants in the reader’s zone and leave what is none', () => {
    expect(instant('2026-11-22T18:40:15Z')).toMatch(/^2026-11-2[1-3] \d\d:\d\d:15$/);
    expect(instant('soon')).toBe('soon');
  });

  it('shorten long ids only', () => {
    expect([shortId('auditor'), shortId('96e52159-0000-4000-8000-000000000000')]).toEqual(['auditor', '96e52159']);
    expect(randomId()).toMatch(/^[0-9a-f]{32}$/);
    expect(randomId()).not.toBe(randomId());
  });
});

describe('addresses', () => {
  it('lead to the page that they were made for', () => {
    for (const route of [{ page: 'render' }, { page: 'jobs' }, { page: 'job', id: 'x' }, { page: 'workers' }, { page: 'ledger' }] as const) {
      expect(routeOf(addressOf(route))).toEqual(route);
      expect(titleOf(route)).toMatch(/ · Tilth$/);
    }
    expect([routeOf(''), routeOf('#/nowhere'), routeOf('#/jobs/')]).toEqual([{ page: 'render' }, { page: 'render' }, { page: 'jobs' }]);
  });
});

describe('the statement', () => {
  const posting = (number: number, direction: Posting['direction'], of: number): Posting => ({
    number, transfer: `t-${number}`, at: '', account: 'a', direction, amount: of, purpose: 'PAY',
  });

  it('is read to its end, the newest first', async () => {
    const all = Array.from({ length: 2300 }, (_, i) => posting(i + 1, i % 2 === 0 ? 'CREDIT' : 'DEBIT', 5));
    const asked: number[] = [];
    const statement = async (limit: number, after: number) => {
      asked.push(after);
      return { account: 'a', balance: 7, postings: all.filter((p) => p.number > after).slice(0, limit) };
    };
    const movements = await readMovements({ statement } as never, false);
    expect(asked).toEqual([0, 1000, 2000]);
    expect([movements.postings.length, movements.postings[0]?.number, movements.balance, movements.isCut]).toEqual([2300, 2300, 7, false]);
    expect(sumOf(movements.postings)).toBe(0);
  });

  it('says when it is too long to be shown', async () => {
    const statement = async (limit: number, after: number) => ({
      account: 'a', balance: 0, postings: Array.from({ length: limit }, (_, i) => posting(after + i + 1, 'CREDIT', 1)),
    });
    const movements = await readMovements({ statement } as never, true);
    expect([movements.isCut, movements.postings.length]).toEqual([true, 20_000]);
  });

  it('names purposes in words', () => {
    expect(purposeText('ESCROW_REFUND')).toBe('Escrow refund');
  });
});
