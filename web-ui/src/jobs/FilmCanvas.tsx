import { useEffect, useRef } from 'react';
import type { TileBounds, ToneMap } from '../api/types.ts';
import type { FrameLoader } from '../film/frameLoader.ts';
import { ToneMapper } from '../film/toneMapper.ts';
import type { JobWatch } from './jobWatch.ts';

interface FilmCanvasProps {
  readonly watch: JobWatch;
  readonly loader: FrameLoader;
  readonly toneMap: ToneMap;
  readonly label: string;
}

/** Draws the film as its tiles come in. */
export function FilmCanvas({ watch, loader, toneMap, label }: FilmCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { curve, exposure, gamma } = toneMap;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) {
      return undefined;
    }
    const { film } = loader;
    const mapper = new ToneMapper({ curve, exposure, ...(gamma === undefined ? {} : { gamma }) });
    const draw = (area: TileBounds): void =>
      context.putImageData(new ImageData(film.develop(area, mapper), area.width, area.height), area.x, area.y);
    context.canvas.width = film.width;
    context.canvas.height = film.height;
    draw({ x: 0, y: 0, width: film.width, height: film.height });
    return watch.onDeveloped(draw);
  }, [watch, loader, curve, exposure, gamma]);
  return <canvas ref={canvas} className="film" role="img" aria-label={label} />;
}
