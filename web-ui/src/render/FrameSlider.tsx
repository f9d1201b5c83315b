import { useId } from 'react';
import type { FrameRange } from '../api/types.ts';

interface FrameSliderProps {
  readonly frames: FrameRange;
  readonly frame: number;
  readonly label: string;
  readonly onFrame: (frame: number) => void;
}

/** Chooses one of the frames. */
export function FrameSlider({ frames, frame, label, onFrame }: FrameSliderProps) {
  const id = useId();
  const shown = Math.min(frames.last, Math.max(frames.first, frame));
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={frames.first}
        max={frames.last}
        step={1}
        value={shown}
        onChange={(event) => onFrame(event.target.valueAsNumber)}
      />
      <output htmlFor={id}>
        {shown} <span className="quiet-text">of {frames.first}–{frames.last}</span>
      </output>
    </div>
  );
}
