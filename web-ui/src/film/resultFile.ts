/** A part of a task's result; its bytes are a view into the file. */
export interface Block {
  readonly workUnits: bigint;
  readonly bytes: DataView;
}

const MAGIC = 0x31524c54; // "TLR1", little-endian
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
const MAX_BLOCKS = 1 << 16;

/**
 * Reads a task's result file: `TLR1`, the number of blocks (4 bytes), for each block its work units (8) and its
 * length (4), and then the bytes of all blocks; integers are little-endian and nothing follows.
 */
export function parseResultFile(content: ArrayBuffer): Block[] {
  const file = new DataView(content);
  if (file.byteLength < HEADER_BYTES || file.getUint32(0, true) !== MAGIC) {
    throw malformed('it does not start with TLR1');
  }
  const count = file.getInt32(4, true);
  if (count < 1 || count > MAX_BLOCKS || file.byteLength - HEADER_BYTES < count * ENTRY_BYTES) {
    throw malformed(`its table of ${count} blocks is out of range`);
  }
  let body = HEADER_BYTES + count * ENTRY_BYTES;
  const blocks: Block[] = [];
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + i * ENTRY_BYTES;
    const workUnits = file.getBigInt64(entry, true);
    const length = file.getInt32(entry + 8, true);
    if (workUnits < 0n || length < 0 || length > file.byteLength - body) {
      throw malformed(`block ${i} is out of range`);
    }
    blocks.push({ workUnits, bytes: new DataView(content, body, length) });
    body += length;
  }
  if (body !== file.byteLength) {
    throw malformed('bytes follow the last block');
  }
  return blocks;
}

function malformed(why: string): Error {
  return new Error(`the result file is malformed: ${why}`);
}
