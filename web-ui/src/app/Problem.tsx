import type { ReactNode } from 'react';
import { messageOf, remedyOf } from '../api/problem.ts';

/** Says what went wrong and what to do; screen readers announce it. */
export function Problem({ title, error, children }: { title: string; error: unknown; children?: ReactNode }) {
  const remedy = remedyOf(error);
  return (
    <div className="problem" role="alert">
      <strong>{title}</strong>
      <p>{sentence(messageOf(error))}</p>
      {remedy !== undefined && <p className="remedy">{remedy}</p>}
      {children}
    </div>
  );
}

/** With a capital and a full stop; a name at the start, such as that of a file, stays as it is. */
function sentence(text: string): string {
  const start = /^[a-z]+[ ,']/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
