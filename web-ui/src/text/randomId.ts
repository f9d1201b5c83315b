const BYTES = 16;

/** 128 random bits in hexadecimal; unlike `crypto.randomUUID` it works on pages without https. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
