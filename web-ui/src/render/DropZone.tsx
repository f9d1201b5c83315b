import { type ChangeEvent, type DragEvent, type ReactNode, useRef, useState } from 'react';
import { chosenFiles, droppedFiles } from '../scene/droppedFiles.ts';
import type { SceneFile } from '../scene/sceneFiles.ts';

interface DropZoneProps {
  readonly children: ReactNode;
  readonly onFiles: (files: Promise<SceneFile[]> | SceneFile[]) => void;
}

/** Takes files that are dropped anywhere on its content. */
export function DropZone({ children, onFiles }: DropZoneProps) {
  const [over, setOver] = useState(0);
  const enter = (event: DragEvent): void => {
    event.preventDefault();
    setOver((depth) => depth + 1);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(0);
    onFiles(droppedFiles(event.dataTransfer));
  };
  return (
    <div
      className={over > 0 ? 'drop over' : 'drop'}
      onDragEnter={enter}
      onDragOver={(event) => event.preventDefault()}
      onDragLeave={() => setOver((depth) => Math.max(0, depth - 1))}
      onDrop={drop}
    >
      {children}
    </div>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly accept?: string;
  readonly folder?: boolean;
  readonly className?: string;
  readonly onFiles: (files: SceneFile[]) => void;
}

/** A button that opens the browser's file chooser. */
export function FileButton({ label, accept, folder = false, className, onFiles }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const chosen = (event: ChangeEvent<HTMLInputElement>): void => {
    const files = chosenFiles(event.target.files ?? []);
    event.target.value = '';
    if (files.length > 0) {
      onFiles(files);
    }
  };
  return (
    <>
      <button type="button" className={className} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={accept}
        aria-label={label}
        onChange={chosen}
        {...(folder ? { webkitdirectory: '' } : {})}
      />
    </>
  );
}
