import { useEffect, useRef, useState } from 'react';
import type { CameraChoice, PlacedCamera, ToneMap } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import type { SceneSource } from './sceneFiles.ts';
import type { LocalScene, PreviewEnvironment, Viewport } from './viewport.ts';

/** A map of light for the preview. */
export interface PreviewMap extends PreviewEnvironment {
  readonly blob: Blob;
}

interface ViewportPanelProps {
  readonly source: SceneSource;
  readonly camera: CameraChoice;
  readonly map: PreviewMap | undefined;
  readonly toneMap: ToneMap;
  readonly width: number;
  readonly height: number;
  /** What moment of which animation to show; undefined for the scene as it is in the file. */
  readonly moment: { readonly animation: number; readonly seconds: number } | undefined;
  readonly onLoaded: (scene: LocalScene) => void;
  readonly onOrbit: (camera: PlacedCamera) => void;
}

/** The scene in the browser, in the shape of the picture that is asked for. */
export function ViewportPanel(props: ViewportPanelProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [error, setError] = useState<unknown>();
  const viewport = useViewport(canvas, props, setError);
  const { camera, map, toneMap, moment, width, height } = props;

  useEffect(() => viewport?.toneMap(toneMap), [viewport, toneMap.curve, toneMap.exposure]);
  useEffect(() => {
    if (camera.type !== 'placed') {
      viewport?.look(camera);
    }
  }, [viewport, camera]);
  useEffect(() => {
    if (moment !== undefined) {
      viewport?.showTime(moment.animation, moment.seconds);
    }
  }, [viewport, moment?.animation, moment?.seconds]);
  useMap(viewport, map, setError);

  return (
    <div className="viewport">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`Preview of ${props.source.name}. Drag to turn, scroll to come nearer, arrow keys to move.`}
        style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(var(--viewport-height) * ${width / height})` }}
      />
      {error !== undefined && (
        <Problem title="The preview cannot show this" error={error}>
          <p className="remedy">The farm looks at the scene all the same; only its own report decides.</p>
        </Problem>
      )}
    </div>
  );
}

/** Loads three.js when it is needed first, then a viewport for the canvas, then the scene. */
function useViewport(
  canvas: { readonly current: HTMLCanvasElement | null },
  { source, onLoaded, onOrbit }: ViewportPanelProps,
  onError: (error: unknown) => void,
): Viewport | undefined {
  const [viewport, setViewport] = useState<Viewport>();
  const callbacks = useRef({ onLoaded, onOrbit });
  callbacks.current = { onLoaded, onOrbit };
  useEffect(() => {
    let current = true;
    let created: Viewport | undefined;
    let observer: ResizeObserver | undefined;
    void import('./viewport.ts')
      .then(async (module) => {
        const element = canvas.current;
        if (!current || element === null) {
          return;
        }
        onError(undefined);
        const fresh = new module.Viewport(element, () => callbacks.current.onOrbit(fresh.placed()));
        created = fresh;
        observer = new ResizeObserver(() => fresh.resize(element.clientWidth, element.clientHeight));
        observer.observe(element);
        const local = await fresh.load(source);
        if (current) {
          callbacks.current.onLoaded(local);
          setViewport(fresh);
        }
      })
      .catch((error: unknown) => current && onError(error));
    return () => {
      current = false;
      observer?.disconnect();
      created?.dispose();
      setViewport(undefined);
    };
  }, [canvas, source, onError]);
  return viewport;
}

function useMap(viewport: Viewport | undefined, map: PreviewMap | undefined, onError: (error: unknown) => void): void {
  const [texture, setTexture] = useState<Awaited<ReturnType<Viewport['readMap']>>>();
  const blob = map?.blob;
  useEffect(() => {
    let current = true;
    setTexture(undefined);
    if (viewport !== undefined && blob !== undefined) {
      viewport.readMap(blob).then(
        (read) => current && setTexture(read),
        (error: unknown) => current && onError(new Error(`the map of light is not a Radiance picture (.hdr): ${String(error)}`)),
      );
    }
    return () => {
      current = false;
    };
  }, [viewport, blob, onError]);
  const { rotationDegrees = 0, strength = 1, visible = false } = map ?? {};
  useEffect(
    () => viewport?.light(texture, { rotationDegrees, strength, visible }),
    [viewport, texture, rotationDegrees, strength, visible],
  );
}
