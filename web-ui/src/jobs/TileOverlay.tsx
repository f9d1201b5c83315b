import type { TileTask } from '../api/types.ts';

interface TileOverlayProps {
  readonly width: number;
  readonly height: number;
  readonly tasks: Iterable<TileTask>;
}

type Look = 'leased' | 'reported' | 'failed';

const LOOKS: Partial<Record<TileTask['state'], Look>> = { LEASED: 'leased', REPORTED: 'reported', FAILED: 'failed' };
const RANK: Readonly<Record<Look, number>> = { failed: 2, leased: 1, reported: 0 };
const MAX_SHOWN = 500;

/** Frames the tiles that are being rendered, checked, or have failed; finished ones are left to the picture. */
export function TileOverlay({ width, height, tasks }: TileOverlayProps) {
  const tiles = new Map<string, { task: TileTask; look: Look }>();
  for (const task of tasks) {
    const look = LOOKS[task.state];
    const key = `${task.tile.x} ${task.tile.y}`;
    const before = tiles.get(key);
    if (look !== undefined && (before === undefined || RANK[look] > RANK[before.look])) {
      tiles.set(key, { task, look });
    }
  }
  return (
    <svg className="overlay" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {[...tiles].slice(0, MAX_SHOWN).map(([key, { task, look }]) => (
        <rect key={key} className={look} x={task.tile.x} y={task.tile.y} width={task.tile.width} height={task.tile.height} />
      ))}
    </svg>
  );
}
