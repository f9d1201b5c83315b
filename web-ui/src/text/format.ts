const MICRO = 1_000_000;
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Micro-tokens as tokens, exactly: "1,000 T", "0.0067 T". */
export function amount(micro: number): string {
  const sign = micro < 0 ? '−' : '';
  const absolute = Math.abs(micro);
  const whole = Math.floor(absolute / MICRO);
  const fraction = String(absolute % MICRO).padStart(6, '0').replace(/0+$/, '');
  return `${sign}${integer(whole)}${fraction === '' ? '' : `.${fraction}`} T`;
}

/** With a comma between thousands, whatever the browser's language: the page is in English. */
export function integer(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${integer(count)} ${count === 1 ? one : many}`;
}

export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** A span of time: "850 ms", "12 s", "3 min 20 s", "2 h 5 min". */
export function span(millis: number): string {
  if (millis < 1000) {
    return `${Math.max(0, Math.round(millis))} ms`;
  }
  const seconds = Math.round(millis / 1000);
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** An instant in the reader's own time zone: "2026-11-22 18:40:15". */
export function instant(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) {
    return iso;
  }
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The first digits of a long id; the whole of it belongs in a title. */
export function shortId(id: string): string {
  return id.length <= 12 ? id : id.slice(0, 8);
}
