import type { SceneFile } from './sceneFiles.ts';

const MAX_FILES = 4096;

/** The files of a drop, folders included, with their paths below what was dropped. */
export async function droppedFiles(data: DataTransfer): Promise<SceneFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) {
    return chosenFiles(data.files);
  }
  const files: SceneFile[] = [];
  for (const entry of entries) {
    await collect(entry, '', files);
  }
  return files;
}

/** The files of a file input; those of a chosen folder keep their paths. */
export function chosenFiles(list: Iterable<File>): SceneFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }));
}

async function collect(entry: FileSystemEntry, folder: string, files: SceneFile[]): Promise<void> {
  if (files.length > MAX_FILES) {
    throw new Error(`more than ${MAX_FILES} files were dropped; drop the scene's own folder`);
  }
  const path = folder + entry.name;
  if (entry.isFile) {
    const blob = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    files.push({ path, blob });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) {
      return;
    }
    for (const child of batch) {
      await collect(child, `${path}/`, files);
    }
  }
}
