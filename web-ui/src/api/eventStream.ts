/** An event of a `text/event-stream`. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/** The longest line or event that is accepted, in characters: a farm's events are far smaller. */
const MAX_EVENT_LENGTH = 4 * 1024 * 1024;

/**
 * Takes the text of an event stream in pieces of any size and gives its events, as the HTML standard defines them.
 * It exists because EventSource cannot send an Authorization header.
 */
export class EventParser {
  #rest = '';
  #data: string[] = [];
  #dataLength = 0;
  #event = '';
  #first = true;

  /** The events that this piece completes. */
  push(text: string): StreamEvent[] {
    this.#rest += this.#first && text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#first &&= text === '';
    const events: StreamEvent[] = [];
    for (let line = this.#nextLine(); line !== undefined; line = this.#nextLine()) {
      const event = this.#take(line);
      if (event !== undefined) {
        events.push(event);
      }
    }
    if (this.#rest.length > MAX_EVENT_LENGTH) {
      throw new Error(`a line of the event stream is longer than ${MAX_EVENT_LENGTH} characters`);
    }
    return events;
  }

  #nextLine(): string | undefined {
    const end = this.#rest.search(/[\r\n]/);
    // A CR at the very end may be the first half of a CR LF.
    if (end < 0 || (this.#rest[end] === '\r' && end === this.#rest.length - 1)) {
      return undefined;
    }
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(this.#rest.startsWith('\r\n', end) ? end + 2 : end + 1);
    return line;
  }

  #take(line: string): StreamEvent | undefined {
    if (line === '') {
      return this.#dispatch();
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') {
      this.#event = value;
    } else if (field === 'data') {
      this.#dataLength += value.length;
      if (this.#dataLength > MAX_EVENT_LENGTH) {
        throw new Error(`an event of the stream is longer than ${MAX_EVENT_LENGTH} characters`);
      }
      this.#data.push(value);
    }
    return undefined;
  }

  #dispatch(): StreamEvent | undefined {
    const event = this.#event === '' ? 'message' : this.#event;
    const data = this.#data;
    this.#event = '';
    this.#data = [];
    this.#dataLength = 0;
    return data.length === 0 ? undefined : { event, data: data.join('\n') };
  }
}

/**
 * The events of a response's body, until it ends. Throws when nothing, not even a comment, came for `silenceMillis`:
 * a connection can die without a sign.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>, silenceMillis: number): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const piece = await withDeadline(reader.read(), silenceMillis);
      if (piece.done) {
        return;
      }
      yield* parser.push(decoder.decode(piece.value, { stream: true }));
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function withDeadline<T>(promise: Promise<T>, millis: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the event stream was silent for ${millis} ms`)), millis);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
