import { Problem } from '../app/Problem.tsx';
import { FileButton } from './DropZone.tsx';
import { Field } from './Field.tsx';
import type { EnvironmentState } from './useEnvironment.ts';

/** The map of light: none, or a picture with its turn and strength. */
export function EnvironmentPanel({ environment }: { environment: EnvironmentState }) {
  const { name, progress, error, preview, take, adjust, clear } = environment;
  return (
    <fieldset>
      <legend>Light</legend>
      {preview === undefined ? (
        <>
          <p className="hint">The scene's own lights, or a soft sky when it has none.</p>
          <FileButton label="Add a map of light (.hdr)" accept=".hdr" onFiles={take} />
        </>
      ) : (
        <>
          <div className="named-file">
            <span title={name}>{name}</span>
            <button type="button" className="quiet" onClick={clear}>
              Remove
            </button>
          </div>
          {progress !== undefined && <progress value={progress} max={1} aria-label="Upload of the map of light" />}
          <div className="pair">
            <Field
              label="Turn"
              unit="°"
              type="number"
              step={5}
              value={preview.rotationDegrees}
              onChange={(event) => adjust({ rotationDegrees: finite(event.target.valueAsNumber, 0) })}
            />
            <Field
              label="Strength"
              type="number"
              min={0}
              step={0.1}
              value={preview.strength}
              onChange={(event) => adjust({ strength: Math.max(0, finite(event.target.valueAsNumber, 1)) })}
            />
          </div>
          <label className="check">
            <input type="checkbox" checked={preview.visible} onChange={(event) => adjust({ visible: event.target.checked })} />
            Seen behind the scene
          </label>
        </>
      )}
      {error !== undefined && <Problem title="The map of light cannot be used" error={error} />}
    </fieldset>
  );
}

function finite(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}
