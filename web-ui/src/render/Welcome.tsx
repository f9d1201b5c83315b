import { useCallback } from 'react';
import type { Scene } from '../api/types.ts';
import { useSession } from '../app/session.ts';
import { useLoaded } from '../app/useLoaded.ts';
import type { SceneFile } from '../scene/sceneFiles.ts';
import { FileButton } from './DropZone.tsx';

const SHOWN = 8;

interface WelcomeProps {
  readonly onFiles: (files: SceneFile[]) => void;
  readonly onScene: (scene: Scene) => void;
}

/** What the page shows before there is a scene. */
export function Welcome({ onFiles, onScene }: WelcomeProps) {
  const { client } = useSession();
  const scenes = useLoaded(useCallback(() => client.scenes(), [client]));
  const ready = different(scenes.value ?? []).slice(0, SHOWN);
  return (
    <div className="welcome">
      <h1>Drop a scene here</h1>
      <p className="lead">
        A <code>.glb</code>, or a folder with a <code>.gltf</code> and its files. It is shown here at once and uploaded in
        pieces that survive a lost connection.
      </p>
      <div className="buttons">
        <FileButton
          className="primary"
          label="Choose files"
          accept=".glb,.gltf,.bin,.png,.jpg,.jpeg,.webp,.ktx2,model/gltf-binary,model/gltf+json"
          onFiles={onFiles}
        />
        <FileButton label="Choose a folder" folder onFiles={onFiles} />
      </div>
      {ready.length > 0 && (
        <div className="earlier">
          <h2>Or one of your earlier scenes</h2>
          <ul>
            {ready.map((scene) => (
              <li key={scene.id}>
                <button type="button" className="chip" onClick={() => onScene(scene)}>
                  {scene.name}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** The scenes that can be rendered, each content once. */
function different(scenes: readonly Scene[]): Scene[] {
  const byContent = new Map<string, Scene>();
  for (const scene of scenes.filter(({ state }) => state === 'READY')) {
    const content = scene.files === undefined ? scene.id : `${scene.name} ${JSON.stringify(scene.files)}`;
    byContent.set(content, byContent.get(content) ?? scene);
  }
  return [...byContent.values()];
}
