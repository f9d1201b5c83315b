import { useCallback, useEffect, useRef, useState } from 'react';
import type { FarmClient } from '../api/farmClient.ts';
import { isAbort } from '../api/problem.ts';
import type { Scene } from '../api/types.ts';
import { type SceneFile, sceneFrom, type SceneSource } from '../scene/sceneFiles.ts';
import { type SceneProgress, uploadScene } from '../scene/sceneUpload.ts';

export interface SceneState {
  /** What the viewport shows; undefined until a scene is chosen. */
  readonly source: SceneSource | undefined;
  readonly progress: SceneProgress | undefined;
  readonly scene: Scene | undefined;
  readonly error: unknown;
}

export interface SceneActions {
  /** Reads, previews and uploads what was dropped or chosen. */
  readonly take: (files: Promise<SceneFile[]> | SceneFile[]) => void;
  /** Takes a scene that the farm has already. */
  readonly reuse: (scene: Scene) => void;
  /** Uploads the same files again, from where the last try stopped. */
  readonly retry: () => void;
  readonly clear: () => void;
}

const NOTHING: SceneState = { source: undefined, progress: undefined, scene: undefined, error: undefined };

/** The scene that is being prepared: chosen, previewed, uploaded and inspected. */
export function useScene(client: FarmClient): SceneState & SceneActions {
  const [state, setState] = useState(NOTHING);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const begin = useCallback((): AbortSignal => {
    abort.current?.abort();
    abort.current = new AbortController();
    return abort.current.signal;
  }, []);

  const attempt = useCallback(async (signal: AbortSignal, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) {
        setState((before) => ({ ...before, progress: undefined, error }));
      }
    }
  }, []);

  const upload = useCallback(
    async (source: SceneSource, signal: AbortSignal): Promise<void> => {
      const scene = await uploadScene(client, source, localStorage, signal, (progress) => {
        if (!signal.aborted) {
          setState({ source, progress, scene: undefined, error: undefined });
        }
      });
      setState({ source, progress: undefined, scene, error: undefined });
    },
    [client],
  );

  const take = useCallback<SceneActions['take']>(
    (files) => {
      const signal = begin();
      void attempt(signal, async () => {
        setState(NOTHING);
        await upload(await sceneFrom(await files), signal);
      });
    },
    [attempt, begin, upload],
  );

  const reuse = useCallback<SceneActions['reuse']>(
    (scene) => {
      const signal = begin();
      void attempt(signal, async () => {
        setState({ ...NOTHING, scene });
        const source = await sourceOf(client, scene);
        if (!signal.aborted) {
          setState({ ...NOTHING, source, scene });
        }
      });
    },
    [attempt, begin, client],
  );

  const retry = useCallback(() => {
    const { source } = state;
    if (source !== undefined) {
      const signal = begin();
      void attempt(signal, () => upload(source, signal));
    }
  }, [attempt, begin, state, upload]);

  const clear = useCallback(() => {
    begin();
    setState(NOTHING);
  }, [begin]);

  return { ...state, take, reuse, retry, clear };
}

/** The files of a scene on the farm, for the viewport. */
async function sourceOf(client: FarmClient, scene: Scene): Promise<SceneSource | undefined> {
  const { main, files } = scene;
  if (main === undefined || files === undefined) {
    return undefined;
  }
  const loaded: SceneFile[] = [];
  for (const path of Object.keys(files)) {
    loaded.push({ path, blob: await client.sceneFile(scene.id, path) });
  }
  return { name: scene.name, main, files: loaded };
}
