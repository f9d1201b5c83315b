import type { Scene } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import type { SceneProgress } from '../scene/sceneUpload.ts';
import { bytes, integer, plural } from '../text/format.ts';
import type { SceneActions, SceneState } from './useScene.ts';

/** How far the scene is on its way to the farm, and what the farm found in it. */
export function ScenePanel({ state }: { state: SceneState & SceneActions }) {
  const { source, progress, scene, error, retry } = state;
  return (
    <div className="scene" aria-live="polite">
      {progress !== undefined && <Progress progress={progress} />}
      {error !== undefined && (
        <Problem title="The scene did not arrive" error={error}>
          {source !== undefined && (
            <button type="button" onClick={retry}>
              Try again from where it stopped
            </button>
          )}
        </Problem>
      )}
      {scene !== undefined && <Findings scene={scene} />}
    </div>
  );
}

function Progress({ progress: { step, bytes: done, total } }: { progress: SceneProgress }) {
  const texts = {
    digest: 'Reading the files…',
    upload: `Uploading: ${bytes(done)} of ${bytes(total)}`,
    inspect: 'Uploaded. A trusted worker looks at the scene…',
  } as const;
  return (
    <>
      <p className="quiet-text">{texts[step]}</p>
      {step === 'upload' ? (
        <progress value={done} max={Math.max(1, total)} aria-label="Upload of the scene" />
      ) : (
        <progress aria-label={texts[step]} />
      )}
    </>
  );
}

function Findings({ scene }: { scene: Scene }) {
  if (scene.state === 'REFUSED') {
    return <Problem title="The farm cannot render this scene" error={new Error(scene.error?.detail ?? 'it gave no reason')} />;
  }
  const { report } = scene;
  if (report === undefined) {
    return <p className="quiet-text">The farm has the scene.</p>;
  }
  return (
    <>
      <p className="found">
        <span className="badge good">Ready</span> {integer(report.triangles)} triangles, {plural(report.materials, 'material')},{' '}
        {plural(report.textures, 'texture')}, {plural(report.lights, 'light')}; {bytes(report.deviceBytes)} on a device.
      </p>
      {report.notices.length > 0 && (
        <details className="notices">
          <summary>{plural(report.notices.length, 'notice')} from the inspection</summary>
          <ul>
            {report.notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
