import { type InputHTMLAttributes, type ReactNode, useId } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: ReactNode;
  readonly fault?: string | undefined;
  readonly unit?: string;
}

/** An input with its label, its unit and, when something is wrong with it, what. */
export function Field({ label, fault, unit, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {unit !== undefined && <span className="unit"> {unit}</span>}
      </label>
      <input id={id} aria-invalid={fault !== undefined} aria-describedby={fault === undefined ? undefined : `${id}-fault`} {...input} />
      {fault !== undefined && (
        <p className="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}
