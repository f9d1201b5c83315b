// @grpc/grpc-js with the protocol's own description, against a farm: TILTH_URL, TILTH_KEY and TILTH_PROTO say which.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const MODEL = 'all-minilm-l6-v2';
const { inference } = grpc.loadPackageDefinition(
  loader.loadSync(process.env.TILTH_PROTO, { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true }),
);
const client = new inference.GRPCInferenceService(
  new URL(process.env.TILTH_URL).host,
  grpc.credentials.createInsecure(),
);
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${process.env.TILTH_KEY}`);
after(() => client.close());

const call = (method, request, options = {}) =>
  new Promise((resolve, reject) =>
    client[method](request, metadata, options, (error, answer) => (error ? reject(error) : resolve(answer))),
  );

const TOKENS = [101, 7592, 2088, 102];
const NAMES = ['input_ids', 'attention_mask', 'token_type_ids'];
const VALUES = [TOKENS, TOKENS.map(() => 1), TOKENS.map(() => 0)];

const raw = (values) => {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => bytes.writeBigInt64LE(BigInt(value), i * 8));
  return bytes;
};
const inputs = (contents) =>
  NAMES.map((name, i) => ({ name, datatype: 'INT64', shape: [1, TOKENS.length], ...contents(VALUES[i]) }));
const rawRequest = (id) => ({
  model_name: MODEL,
  id,
  inputs: inputs(() => ({})),
  raw_input_contents: VALUES.map(raw),
});

test('server and model describe themselves', async () => {
  assert.equal((await call('ServerLive', {})).live, true);
  assert.equal((await call('ServerReady', {})).ready, true);
  assert.equal((await call('ServerMetadata', {})).name, 'tilth');
  assert.equal((await call('ModelReady', { name: MODEL })).ready, true);
  const model = await call('ModelMetadata', { name: MODEL });
  assert.deepEqual(model.inputs.map((input) => input.name), NAMES);
  assert.deepEqual(model.inputs[0].shape, [-1, -1]);
  assert.equal((await call('ModelConfig', { name: MODEL })).config.input[0].data_type, 'TYPE_INT64');
  const index = await call('RepositoryIndex', {});
  assert.ok(index.models.some((entry) => entry.name === MODEL && entry.state === 'READY'));
});

test('raw and listed tensors give the same numbers', async () => {
  const packed = await call('ModelInfer', rawRequest('raw'));
  assert.equal(packed.id, 'raw');
  assert.deepEqual(packed.outputs[0].shape, [1, TOKENS.length, 384]);
  const listed = await call('ModelInfer', {
    model_name: MODEL,
    id: 'listed',
    inputs: inputs((values) => ({ contents: { int64_contents: values } })),
  });
  const bytes = packed.raw_output_contents[0];
  const floats = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  assert.deepEqual(listed.outputs[0].contents.fp32_contents, floats);
  assert.equal(listed.raw_output_contents.length, 0);
});

test('a stream answers in order', async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `s${i}`);
  const seen = await new Promise((resolve, reject) => {
    const stream = client.ModelStreamInfer(metadata);
    const answers = [];
    stream.on('data', (answer) => answers.push(answer.error_message || answer.infer_response.id));
    stream.on('error', reject);
    stream.on('end', () => resolve(answers));
    ids.forEach((id) => stream.write(rawRequest(id)));
    stream.end();
  });
  assert.deepEqual(seen, ids);
});

test('errors have the statuses of gRPC', async () => {
  const code = (expected) => (error) => error.code === expected;
  await assert.rejects(call('ModelMetadata', { name: 'none' }), code(grpc.status.NOT_FOUND));
  await assert.rejects(call('ModelInfer', { model_name: MODEL }), code(grpc.status.INVALID_ARGUMENT));
  await assert.rejects(
    new Promise((resolve, reject) =>
      client.ModelReady({ name: MODEL }, new grpc.Metadata(), (error, answer) => (error ? reject(error) : resolve(answer))),
    ),
    code(grpc.status.UNAUTHENTICATED),
  );
  await assert.rejects(
    call('ModelInfer', rawRequest('late'), { deadline: Date.now() + 1 }),
    code(grpc.status.DEADLINE_EXCEEDED),
  );
});

test('the statistics count what was asked', async () => {
  const stats = (await call('ModelStatistics', { name: MODEL })).model_stats[0];
  assert.ok(stats.inference_count >= 22);
  assert.ok(stats.inference_stats.success.ns > 0);
});
