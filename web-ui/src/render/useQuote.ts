import { useEffect, useState } from 'react';
import type { FarmClient } from '../api/farmClient.ts';
import { isAbort } from '../api/problem.ts';
import type { Quote, RenderRequest } from '../api/types.ts';

const SETTLE_MILLIS = 350;

export interface QuoteState {
  readonly quote: Quote | undefined;
  readonly error: unknown;
  /** The request has changed since the quote was made. */
  readonly stale: boolean;
}

/** The farm's price for a request, asked for when the request has been left alone for a moment. */
export function useQuote(client: FarmClient, request: RenderRequest | undefined): QuoteState {
  const [state, setState] = useState<QuoteState>({ quote: undefined, error: undefined, stale: false });
  const body = request === undefined ? undefined : JSON.stringify(request);
  useEffect(() => {
    if (body === undefined) {
      setState({ quote: undefined, error: undefined, stale: false });
      return undefined;
    }
    const abort = new AbortController();
    setState((before) => ({ ...before, error: undefined, stale: true }));
    const timer = setTimeout(() => {
      client.quote(JSON.parse(body) as RenderRequest, abort.signal).then(
        (quote) => setState({ quote, error: undefined, stale: false }),
        (error: unknown) => !isAbort(error) && setState({ quote: undefined, error, stale: false }),
      );
    }, SETTLE_MILLIS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, body]);
  return state;
}
