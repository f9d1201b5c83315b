// Builds the page for Maven, and does nothing when nothing changed since the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = ['index.html', 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'public', 'src'];
const page = join(root, 'target/classes/META-INF/resources/index.html');

function files(path) {
  const entry = join(root, path);
  return readdirSync(dirname(entry), { withFileTypes: true }).some((e) => join(dirname(entry), e.name) === entry && e.isDirectory())
    ? readdirSync(entry).sort().flatMap((name) => files(join(path, name)))
    : [path];
}

function digest(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths.flatMap(files)) {
    hash.update(path).update('\0').update(readFileSync(join(root, path))).update('\0');
  }
  return hash.digest('hex');
}

function npm(...args) {
  const run = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (run.error) {
    console.error(`npm cannot be started (${run.error.message}); install Node 20.19 or later, with npm`);
    process.exit(1);
  }
  if (run.status !== 0) {
    process.exit(run.status ?? 1);
  }
}

/** Runs the step unless its inputs are those of the last time and what it makes is still there. */
function step(name, inputs, made, action) {
  const stamp = join(root, 'target', `${name}.sha256`);
  const now = digest(inputs);
  if (existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) {
    console.log(`web-ui: ${name} is up to date`);
    return;
  }
  action();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

step('packages', ['package.json', 'package-lock.json'], join(root, 'node_modules/.package-lock.json'), () => npm('ci', '--no-audit', '--no-fund'));
step('page', sources, page, () => npm('run', 'build'));
