import { useRef, useState } from 'react';
import type { RenderRequest } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import { addressOf } from '../app/route.ts';
import { useSession } from '../app/session.ts';
import { amount, plural } from '../text/format.ts';
import { randomId } from '../text/randomId.ts';
import { useQuote } from './useQuote.ts';

interface QuotePanelProps {
  readonly request: RenderRequest | undefined;
  /** Why there is no request yet, for people. */
  readonly waitingFor: string;
}

/** What the job will cost at most and about, and the button that starts it. */
export function QuotePanel({ request, waitingFor }: QuotePanelProps) {
  const { client, account, refreshAccount } = useSession();
  const { quote, error, stale } = useQuote(client, request);
  const [starting, setStarting] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  const attempt = useRef({ body: '', key: '' });
  const affordable = quote === undefined || quote.ceiling <= account.balance;

  const start = async (): Promise<void> => {
    if (request === undefined) {
      return;
    }
    // The same request keeps its key until it succeeded, so that a try after a lost answer starts nothing twice.
    const body = JSON.stringify(request);
    if (attempt.current.body !== body) {
      attempt.current = { body, key: randomId() };
    }
    setStarting(true);
    setRefused(undefined);
    try {
      const job = await client.startRender(request, attempt.current.key);
      attempt.current = { body: '', key: '' };
      refreshAccount();
      location.hash = addressOf({ page: 'job', id: job.id });
    } catch (problem) {
      setRefused(problem);
    } finally {
      setStarting(false);
    }
  };

  return (
    <section className="quote" aria-label="Price">
      {error !== undefined && <Problem title="The farm gives no price for this" error={error} />}
      {quote === undefined ? (
        <p className="quiet-text">{request === undefined ? waitingFor : error === undefined ? 'Asking for the price…' : null}</p>
      ) : (
        <dl className={stale ? 'stale' : undefined} aria-live="polite" aria-busy={stale}>
          <div className="main-figure">
            <dt>Estimate</dt>
            <dd>{amount(quote.estimate)}</dd>
          </div>
          <div>
            <dt>At most</dt>
            <dd>{amount(quote.ceiling)}</dd>
          </div>
          <div>
            <dt>Split into</dt>
            <dd>
              {plural(quote.tasks, 'task')}
              {quote.frames > 1 && `, ${plural(quote.frames, 'frame')}`}
            </dd>
          </div>
        </dl>
      )}
      {quote?.hardware?.workers === 0 && (
        <p className="hint" role="status">
          {quote.hardware.name === 'any' ? 'No worker is connected' : `No worker with a ${quote.hardware.name.toUpperCase()} is connected`}: the job
          waits until one is.
        </p>
      )}
      {!affordable && quote !== undefined && (
        <p className="fault" role="status">
          The most it can cost, {amount(quote.ceiling)}, is held while the job runs, and your balance is{' '}
          {amount(account.balance)}. Make the picture smaller, or take fewer samples, bounces or frames.
        </p>
      )}
      {refused !== undefined && <Problem title="The job was not started" error={refused} />}
      <button
        type="button"
        className="primary wide"
        disabled={request === undefined || quote === undefined || !affordable || starting}
        onClick={() => void start()}
      >
        {starting ? 'Starting…' : 'Render'}
      </button>
      {quote !== undefined && affordable && <p className="hint">The rest of what is held comes back at the end.</p>}
    </section>
  );
}
