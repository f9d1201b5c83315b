import { useCallback, useState } from 'react';
import type { FarmClient } from '../api/farmClient.ts';
import type { EnvironmentMap } from '../api/types.ts';
import type { SceneFile } from '../scene/sceneFiles.ts';
import type { PreviewMap } from '../scene/ViewportPanel.tsx';
import { uploadFile } from '../upload/resumableUpload.ts';
import { digestOf } from '../upload/sha256.ts';

export interface EnvironmentState {
  readonly name: string | undefined;
  /** Uploaded share, 0 to 1; undefined when nothing is under way. */
  readonly progress: number | undefined;
  readonly error: unknown;
  readonly preview: PreviewMap | undefined;
  /** For the request; undefined until it is uploaded. */
  readonly map: EnvironmentMap | undefined;
  readonly take: (files: readonly SceneFile[]) => void;
  readonly adjust: (change: Partial<Adjustment>) => void;
  readonly clear: () => void;
}

interface Adjustment {
  readonly rotationDegrees: number;
  readonly strength: number;
  readonly visible: boolean;
}

interface Picture {
  readonly name: string;
  readonly blob: Blob;
  readonly digest: string | undefined;
  readonly progress: number | undefined;
}

const AS_IT_IS: Adjustment = { rotationDegrees: 0, strength: 1, visible: true };

/** The optional map of light: a Radiance .hdr picture, uploaded as soon as it is chosen. */
export function useEnvironment(client: FarmClient): EnvironmentState {
  const [picture, setPicture] = useState<Picture>();
  const [adjustment, setAdjustment] = useState(AS_IT_IS);
  const [error, setError] = useState<unknown>();

  const take = useCallback(
    (files: readonly SceneFile[]) => {
      const file = files.find((candidate) => /\.hdr$/i.test(candidate.path)) ?? files[0];
      if (file === undefined) {
        return;
      }
      const begun: Picture = { name: file.path, blob: file.blob, digest: undefined, progress: 0 };
      setError(undefined);
      setPicture(begun);
      const update = (change: Partial<Picture>): void =>
        setPicture((now) => (now?.blob === file.blob ? { ...now, ...change } : now));
      void upload(client, file.blob, (progress) => update({ progress })).then(
        (digest) => update({ digest, progress: undefined }),
        (refused: unknown) => {
          update({ progress: undefined });
          setError(refused);
        },
      );
    },
    [client],
  );
  const adjust = useCallback((change: Partial<Adjustment>) => setAdjustment((now) => ({ ...now, ...change })), []);
  const clear = useCallback(() => {
    setPicture(undefined);
    setError(undefined);
    setAdjustment(AS_IT_IS);
  }, []);

  return {
    name: picture?.name,
    progress: picture?.progress,
    error,
    preview: picture === undefined ? undefined : { blob: picture.blob, ...adjustment },
    map: picture?.digest === undefined ? undefined : { file: picture.digest, ...adjustment },
    take,
    adjust,
    clear,
  };
}

async function upload(client: FarmClient, blob: Blob, onProgress: (share: number) => void): Promise<string> {
  if ((await blob.slice(0, 2).text()) !== '#?') {
    throw new Error('this is not a Radiance picture: it does not start with “#?”; save the map of light as .hdr (RGBE)');
  }
  const digest = await digestOf(blob);
  await uploadFile(client, blob, digest, { memory: localStorage, onProgress: (bytes) => onProgress(bytes / blob.size) });
  return digest;
}
