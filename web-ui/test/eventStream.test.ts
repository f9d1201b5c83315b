import { describe, expect, it } from 'vitest';
import { EventParser, readEvents, type StreamEvent } from '../src/api/eventStream.ts';

const parse = (...pieces: string[]): StreamEvent[] => {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe('the parser of event streams', () => {
  it('gives events with their names and data', () => {
    expect(parse('event: job\ndata: {"id":1}\n\nevent: task\ndata: 2\n\n')).toEqual([
      { event: 'job', data: '{"id":1}' },
      { event: 'task', data: '2' },
    ]);
  });

  it('calls an event without a name a message, and joins its lines of data', () => {
    expect(parse('data: a\ndata:b\ndata\n\n')).toEqual([{ event: 'message', data: 'a\nb\n' }]);
  });

  it('passes over comments, ids, retries, unknown fields and events without data', () => {
    expect(parse(': still here\nid: 7\nretry: 10\nfoo: bar\n\nevent: job\n\ndata: x\n\n')).toEqual([{ event: 'message', data: 'x' }]);
  });

  it('knows all ends of lines and the byte order mark', () => {
    expect(parse('\uFEFFdata: a\r\n\r\ndata: b\r\rdata: c\n\n')).toEqual(
      ['a', 'b', 'c'].map((data) => ({ event: 'message', data })),
    );
  });

  it('gives the same events however the text is cut into pieces', () => {
    const text = 'event: job\r\ndata: {"a": "ü"}\r\n\r\n: c\ndata: 1\ndata: 2\n\n\rdata:3\r\r\n';
    const whole = parse(text);
    expect(whole).toHaveLength(3);
    for (let cut = 0; cut <= text.length; cut++) {
      expect(parse(text.slice(0, cut), text.slice(cut))).toEqual(whole);
    }
    expect(parse(...text)).toEqual(whole);
  });

  it('takes only one space from the front of a value', () => {
    expect(parse('data:  a : b \n\n')).toEqual([{ event: 'message', data: ' a : b ' }]);
  });

  it('refuses lines and events without an end', () => {
    const parser = new EventParser();
    expect(() => parser.push('x'.repeat(4 * 1024 * 1024 + 1))).toThrow('longer than');
    const other = new EventParser();
    expect(() => {
      for (let i = 0; i < 5; i++) {
        other.push(`data: ${'x'.repeat(1024 * 1024)}\n`);
      }
    }).toThrow('longer than');
  });
});

describe('reading a response', () => {
  const stream = (...pieces: Uint8Array[]): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        pieces.forEach((piece) => controller.enqueue(piece));
        controller.close();
      },
    });

  it('decodes characters that are cut in two', async () => {
    const bytes = new TextEncoder().encode('data: grün\n\n');
    const events: StreamEvent[] = [];
    for await (const event of readEvents(stream(bytes.slice(0, 9), bytes.slice(9)), 1000)) {
      events.push(event);
    }
    expect(events).toEqual([{ event: 'message', data: 'grün' }]);
  });

  it('gives up a stream that has fallen silent, and closes it', async () => {
    let canceled = false;
    const silent = new ReadableStream<Uint8Array>({ cancel: () => void (canceled = true) });
    await expect(readEvents(silent, 20).next()).rejects.toThrow('silent for 20 ms');
    expect(canceled).toBe(true);
  });
});
