import { useId } from 'react';
import type { CameraChoice } from '../api/types.ts';

interface CameraPanelProps {
  readonly cameras: readonly string[];
  readonly choice: CameraChoice;
  readonly onChoose: (choice: CameraChoice) => void;
}

const FIRST = 'first';
const VIEW = 'placed';

/** Which camera looks: the scene's first, one by name, or the view of the preview. */
export function CameraPanel({ cameras, choice, onChoose }: CameraPanelProps) {
  const id = useId();
  const value = choice.type === 'named' ? `named ${choice.name}` : choice.type;
  const choose = (chosen: string): void =>
    onChoose(chosen === FIRST ? { type: 'first' } : { type: 'named', name: chosen.slice('named '.length) });
  return (
    <div className="field camera">
      <label htmlFor={id}>Camera</label>
      <select id={id} value={value} onChange={(event) => choose(event.target.value)}>
        <option value={FIRST}>{cameras.length === 0 ? 'One that frames the scene' : "The scene's first camera"}</option>
        {cameras.map((name) => (
          <option key={name} value={`named ${name}`}>
            {name}
          </option>
        ))}
        <option value={VIEW} disabled={choice.type !== 'placed'}>
          {choice.type === 'placed' ? 'This view' : 'This view (turn the preview)'}
        </option>
      </select>
    </div>
  );
}
