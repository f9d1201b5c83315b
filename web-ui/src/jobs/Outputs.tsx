import { useState } from 'react';
import { hasEnded, type Job, type Output } from '../api/types.ts';
import { download } from '../app/download.ts';
import { Problem } from '../app/Problem.tsx';
import { useSession } from '../app/session.ts';
import { bytes, plural } from '../text/format.ts';

const SHOWN = 12;

/** The files of a job, its receipt among them. */
export function Outputs({ job }: { job: Job }) {
  const { client } = useSession();
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [all, setAll] = useState(false);
  const fetching = async (name: string, load: () => Promise<Blob>, saveAs = name): Promise<void> => {
    setBusy(name);
    setError(undefined);
    try {
      download(await load(), saveAs);
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(undefined);
    }
  };
  const shown = all ? job.outputs : job.outputs.slice(0, SHOWN);
  return (
    <section aria-label="Files">
      <h2>Files</h2>
      {job.outputs.length === 0 && (
        <p className="quiet-text">{hasEnded(job.state) ? 'No picture was assembled.' : 'They appear here as they are assembled.'}</p>
      )}
      <ul className="files">
        {shown.map((output) => (
          <li key={output.name}>
            <FileLine output={output} busy={busy === output.name} onFetch={() => void fetching(output.name, () => client.output(job.id, output))} />
          </li>
        ))}
        {hasEnded(job.state) && (
          <li>
            <button
              type="button"
              className="file"
              disabled={busy === 'receipt'}
              onClick={() => void fetching('receipt', () => client.receipt(job.id), `receipt-${job.id}.json`)}
            >
              <span className="file-name">Receipt</span>
              <span className="quiet-text">JSON, with the proofs</span>
            </button>
          </li>
        )}
      </ul>
      {job.outputs.length > SHOWN && !all && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          Show all {plural(job.outputs.length, 'file')}
        </button>
      )}
      {error !== undefined && <Problem title="The file cannot be fetched" error={error} />}
    </section>
  );
}

function FileLine({ output, busy, onFetch }: { output: Output; busy: boolean; onFetch: () => void }) {
  return (
    <button type="button" className="file" disabled={busy} onClick={onFetch} title={`SHA-256 ${output.digest}`}>
      <span className="file-name">{output.name}</span>
      <span className="quiet-text">{busy ? 'Fetching…' : bytes(output.bytes)}</span>
    </button>
  );
}
