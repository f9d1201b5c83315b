import type { FarmClient } from '../api/farmClient.ts';
import type { Digest, Scene } from '../api/types.ts';
import { uploadFile, type UploadMemory } from '../upload/resumableUpload.ts';
import { digestOf } from '../upload/sha256.ts';
import type { SceneSource } from './sceneFiles.ts';

export type UploadStep = 'digest' | 'upload' | 'inspect';

export interface SceneProgress {
  readonly step: UploadStep;
  readonly bytes: number;
  readonly total: number;
}

const POLL_MILLIS = 400;
const MAX_POLLS = 1500;

/** Brings a scene to the farm and waits until a trusted worker has looked at it: READY or REFUSED. */
export async function uploadScene(
  client: FarmClient,
  source: SceneSource,
  memory: UploadMemory,
  signal: AbortSignal,
  onProgress: (progress: SceneProgress) => void,
): Promise<Scene> {
  const total = source.files.reduce((sum, file) => sum + file.blob.size, 0);
  const digests: Record<string, Digest> = {};
  let before = 0;
  for (const { path, blob } of source.files) {
    onProgress({ step: 'digest', bytes: before, total });
    const digest = await digestOf(blob, signal);
    const start = before;
    await uploadFile(client, blob, digest, {
      memory,
      signal,
      onProgress: (bytes) => onProgress({ step: 'upload', bytes: start + bytes, total }),
    });
    digests[path] = digest;
    before += blob.size;
  }
  onProgress({ step: 'inspect', bytes: total, total });
  return inspected(client, await client.createScene(source.name, source.main, digests, signal), signal);
}

async function inspected(client: FarmClient, created: Scene, signal: AbortSignal): Promise<Scene> {
  let scene = created;
  for (let poll = 0; scene.state === 'INSPECTING'; poll++) {
    if (poll >= MAX_POLLS) {
      throw new Error('the scene was not inspected within 10 minutes; the farm may have no trusted worker, ask its operator');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    signal.throwIfAborted();
    scene = await client.scene(scene.id, signal);
  }
  return scene;
}
