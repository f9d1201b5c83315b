import { useCallback, useEffect, useMemo, useState } from 'react';
import type { CameraChoice, PlacedCamera } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import { useSession } from '../app/session.ts';
import { useLoaded } from '../app/useLoaded.ts';
import { ViewportPanel } from '../scene/ViewportPanel.tsx';
import type { LocalScene } from '../scene/viewport.ts';
import { CameraPanel } from './CameraPanel.tsx';
import { DropZone, FileButton } from './DropZone.tsx';
import { EnvironmentPanel } from './EnvironmentPanel.tsx';
import { FrameSlider } from './FrameSlider.tsx';
import { QuotePanel } from './QuotePanel.tsx';
import { ScenePanel } from './ScenePanel.tsx';
import { check, DEFAULTS, pictureModels, requestOf, type SettingsText } from './settings.ts';
import { SettingsForm } from './SettingsForm.tsx';
import { useEnvironment } from './useEnvironment.ts';
import { type SceneActions, type SceneState, useScene } from './useScene.ts';
import { Welcome } from './Welcome.tsx';

const FIRST: CameraChoice = { type: 'first' };
const NOTHING_LOCAL: LocalScene = { cameras: [], animations: [] };

/** From a scene to a started job. It stays as it is while the reader looks at other pages. */
export function RenderPage({ visible }: { visible: boolean }) {
  const { client } = useSession();
  const scene = useScene(client);
  const begun = scene.source !== undefined || scene.scene !== undefined || scene.progress !== undefined;
  return (
    <DropZone onFiles={scene.take}>
      {begun ? (
        <Studio key={scene.source?.name ?? scene.scene?.id} scene={scene} visible={visible} />
      ) : (
        <>
          {scene.error !== undefined && <Problem title="This is not a scene that can be rendered" error={scene.error} />}
          <Welcome onFiles={scene.take} onScene={scene.reuse} />
        </>
      )}
    </DropZone>
  );
}

function Studio({ scene, visible }: { scene: SceneState & SceneActions; visible: boolean }) {
  const { client } = useSession();
  const environment = useEnvironment(client);
  const { value: models } = useLoaded(useCallback(() => client.models(), [client]));
  const [text, setText] = useState<SettingsText>(DEFAULTS);
  const [camera, setCamera] = useState<CameraChoice>(FIRST);
  const [local, setLocal] = useState(NOTHING_LOCAL);
  const [frame, setFrame] = useState(0);
  useEffect(() => setCamera(FIRST), [scene.source]);

  const checked = useMemo(() => check(text), [text]);
  const report = scene.scene?.report;
  const animations = report?.animations ?? local.animations;
  const cameras = report?.cameras ?? local.cameras;
  const ready = scene.scene?.state === 'READY' && checked.settings !== undefined && environment.progress === undefined;
  const request = ready ? requestOf(scene.scene.id, camera, environment.map, checked.settings) : undefined;
  const change = useCallback((part: Partial<SettingsText>) => setText((now) => ({ ...now, ...part })), []);
  const orbited = useCallback((placed: PlacedCamera) => setCamera(placed), []);
  const { width, height, toneMap, frames } = useLastValid(checked.settings);
  const moment = frames === undefined ? undefined : { animation: Number(text.animation), seconds: frame / frames.framesPerSecond };

  return (
    <div className="studio">
      <section className="stage" aria-label="Scene">
        {scene.source === undefined ? (
          <div className="viewport empty">No preview of this scene.</div>
        ) : (
          <ViewportPanel
            source={scene.source}
            camera={camera}
            map={environment.preview}
            toneMap={toneMap}
            width={width}
            height={height}
            moment={visible ? moment : undefined}
            onLoaded={setLocal}
            onOrbit={orbited}
          />
        )}
        {frames !== undefined && <FrameSlider frames={frames} frame={frame} onFrame={setFrame} label="Preview of frame" />}
        <div className="stage-bar">
          <h1 title={scene.source?.name}>{scene.source?.name ?? scene.scene?.name}</h1>
          <CameraPanel cameras={cameras} choice={camera} onChoose={setCamera} />
          <FileButton label="Another scene" onFiles={scene.take} />
        </div>
        <ScenePanel state={scene} />
      </section>
      <form className="panel" aria-label="Settings" onSubmit={(event) => event.preventDefault()}>
        <EnvironmentPanel environment={environment} />
        <SettingsForm text={text} faults={checked.faults ?? {}} animations={animations} variants={report?.variants ?? []} models={pictureModels(models ?? [])} onChange={change} />
        <QuotePanel request={request} waitingFor={waiting(scene, checked.faults !== undefined)} />
      </form>
    </div>
  );
}

/** The last settings that were right, so that the preview does not jump while a number is being typed. */
function useLastValid<T extends object>(settings: T | undefined): T {
  const [last, setLast] = useState<T>(settings ?? (check(DEFAULTS).settings as unknown as T));
  useEffect(() => {
    if (settings !== undefined) {
      setLast(settings);
    }
  }, [settings]);
  return settings ?? last;
}

function waiting({ progress, scene, error }: SceneState, faulty: boolean): string {
  if (scene?.state === 'REFUSED' || error !== undefined) {
    return 'There is no scene to render yet: see beside.';
  }
  if (faulty) {
    return 'Correct the settings above to see the price.';
  }
  return progress === undefined && scene !== undefined ? 'Waiting for the map of light…' : 'The price comes when the farm has the scene.';
}
