// The Open Inference Protocol over HTTP as Triton's client sends it: binary tensors behind the JSON, packed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const MODEL = 'all-minilm-l6-v2';
const url = `${process.env.TILTH_URL}/v2/models/${MODEL}/infer`;
const authorization = `Bearer ${process.env.TILTH_KEY}`;
const LENGTH = 'inference-header-content-length';

const TOKENS = [101, 7592, 102];
const raw = (values) => Buffer.from(new BigInt64Array(values.map(BigInt)).buffer);
const tensors = [
  ['input_ids', TOKENS],
  ['attention_mask', TOKENS.map(() => 1)],
  ['token_type_ids', TOKENS.map(() => 0)],
];

function binaryRequest() {
  const header = Buffer.from(
    JSON.stringify({
      id: 'b',
      parameters: { binary_data_output: true },
      inputs: tensors.map(([name, values]) => ({
        name,
        shape: [1, values.length],
        datatype: 'INT64',
        parameters: { binary_data_size: values.length * 8 },
      })),
    }),
  );
  return [header.length, Buffer.concat([header, ...tensors.map(([, values]) => raw(values))])];
}

async function floats(response, body) {
  const length = Number(response.headers.get(LENGTH));
  const header = JSON.parse(body.subarray(0, length));
  assert.equal(header.outputs[0].parameters.binary_data_size, body.length - length);
  return Array.from(new Float32Array(Uint8Array.from(body.subarray(length)).buffer));
}

test('binary, packed and JSON tensors give the same numbers', async () => {
  const [length, body] = binaryRequest();
  const binary = await fetch(url, { method: 'POST', headers: { authorization, [LENGTH]: length }, body });
  assert.equal(binary.status, 200);
  const expected = await floats(binary, Buffer.from(await binary.arrayBuffer()));
  assert.equal(expected.length, TOKENS.length * 384);

  const packed = await fetch(url, {
    method: 'POST',
    headers: { authorization, [LENGTH]: length, 'content-encoding': 'gzip', 'accept-encoding': 'gzip' },
    body: gzipSync(body),
  });
  assert.equal(packed.headers.get('content-encoding'), 'gzip');
  assert.deepEqual(await floats(packed, Buffer.from(await packed.arrayBuffer())), expected);

  const json = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      inputs: tensors.map(([name, data]) => ({ name, shape: [1, data.length], datatype: 'INT64', data: [data] })),
    }),
  });
  assert.deepEqual((await json.json()).outputs[0].data.map(Math.fround), expected);
});
