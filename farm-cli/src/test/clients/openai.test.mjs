// The npm package openai, unmodified, against a farm: TILTH_URL and TILTH_KEY say which.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { toFile } from 'openai';

const MODEL = 'all-minilm-l6-v2';
const client = new OpenAI({ baseURL: `${process.env.TILTH_URL}/v1`, apiKey: process.env.TILTH_KEY });

const cosine = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

async function ended(id) {
  for (let i = 0; i < 600; i++) {
    const batch = await client.batches.retrieve(id);
    if (['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) return batch;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`batch ${id} does not end`);
}

async function lines(fileId) {
  const text = await (await client.files.content(fileId)).text();
  return text.trimEnd().split('\n').map((line) => JSON.parse(line));
}

test('models are listed and described', async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  assert.ok(ids.includes(MODEL));
  assert.equal((await client.models.retrieve(MODEL)).object, 'model');
});

test('embeddings are the same in base64, which is the default, and as numbers', async () => {
  const input = 'The soil that is fit to grow things in.';
  const packed = await client.embeddings.create({ model: MODEL, input });
  const plain = await client.embeddings.create({ model: MODEL, input, encoding_format: 'float' });
  assert.equal(packed.data[0].embedding.length, 384);
  assert.deepEqual(packed.data[0].embedding.map(Math.fround), plain.data[0].embedding.map(Math.fround));
  assert.ok(packed.usage.prompt_tokens > 5);
  assert.equal(packed.usage.prompt_tokens, packed.usage.total_tokens);
});

test('lists, tokens and fewer dimensions', async () => {
  const list = await client.embeddings.create({ model: MODEL, input: ['a cat', 'a kitten', 'a tax form'] });
  const [cat, kitten, form] = list.data.map((row) => row.embedding);
  assert.deepEqual(list.data.map((row) => row.index), [0, 1, 2]);
  assert.ok(cosine(cat, kitten) > cosine(cat, form));
  const tokens = await client.embeddings.create({ model: MODEL, input: [[101, 7592, 102], [101, 2088, 102]] });
  assert.equal(tokens.usage.prompt_tokens, 6);
  const short = await client.embeddings.create({ model: MODEL, input: 'short', dimensions: 64 });
  assert.equal(short.data[0].embedding.length, 64);
  assert.ok(Math.abs(cosine(short.data[0].embedding, short.data[0].embedding) - 1) < 1e-5);
});

test('errors are the classes that the SDK has for them', async () => {
  await assert.rejects(
    client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }),
    (error) => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found',
  );
  await assert.rejects(
    client.embeddings.create({ model: MODEL, input: '' }),
    (error) => error instanceof OpenAI.BadRequestError && error.param === 'input',
  );
  const stranger = new OpenAI({ baseURL: client.baseURL, apiKey: 'sk-nobody' });
  await assert.rejects(stranger.models.list(), (error) => error instanceof OpenAI.AuthenticationError);
  await assert.rejects(client.files.retrieve('file-none'), (error) => error instanceof OpenAI.NotFoundError);
});

test('a file is stored, found, read and deleted', async () => {
  const file = await client.files.create({
    file: await toFile(Buffer.from('{"a":1}\n'), 'lines.jsonl'),
    purpose: 'batch',
    expires_after: { anchor: 'created_at', seconds: 3600 },
  });
  assert.equal(file.filename, 'lines.jsonl');
  assert.equal((await client.files.waitForProcessing(file.id)).status, 'processed');
  assert.equal(await (await client.files.content(file.id)).text(), '{"a":1}\n');
  const ids = [];
  for await (const other of client.files.list({ limit: 1 })) ids.push(other.id);
  assert.ok(ids.includes(file.id));
  assert.equal((await client.files.delete(file.id)).deleted, true);
  await assert.rejects(client.files.retrieve(file.id), (error) => error instanceof OpenAI.NotFoundError);
});

test('a batch is answered in order, and as single calls are', async () => {
  const texts = Array.from({ length: 150 }, (_, i) => `request ${i} ${'and more '.repeat(i % 7)}`);
  const requests = texts.map((input, i) => ({
    custom_id: `r${i}`,
    method: 'POST',
    url: '/v1/embeddings',
    body: { model: MODEL, input, encoding_format: 'float' },
  }));
  requests[7].body.input = 'word '.repeat(2000);
  const file = await client.files.create({
    file: await toFile(Buffer.from(requests.map((line) => JSON.stringify(line)).join('\n')), 'requests.jsonl'),
    purpose: 'batch',
  });
  const batch = await client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/embeddings',
    completion_window: '24h',
    metadata: { purpose: 'test' },
  });
  assert.equal(batch.status, 'validating');
  const end = await ended(batch.id);
  assert.equal(end.status, 'completed', JSON.stringify(end));
  assert.deepEqual(end.request_counts, { total: 150, completed: 149, failed: 1 });
  assert.equal(end.metadata.purpose, 'test');
  const output = await lines(end.output_file_id);
  assert.deepEqual(output.map((line) => line.custom_id), requests.map((line) => line.custom_id).filter((id) => id !== 'r7'));
  const errors = await lines(end.error_file_id);
  assert.equal(errors[0].custom_id, 'r7');
  assert.equal(errors[0].response.status_code, 400);
  const single = await client.embeddings.create({ model: MODEL, input: texts[20], encoding_format: 'float' });
  const line = output.find((found) => found.custom_id === 'r20');
  assert.deepEqual(line.response.body.data[0].embedding, single.data[0].embedding);
  assert.deepEqual(line.response.body.usage, single.usage);
  const listed = [];
  for await (const other of client.batches.list({ limit: 1 })) listed.push(other.id);
  assert.ok(listed.includes(batch.id));
});

test('a batch of broken lines fails and says where', async () => {
  const file = await client.files.create({ file: await toFile(Buffer.from('{"custom_id":'), 'x.jsonl'), purpose: 'batch' });
  const batch = await client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/embeddings',
    completion_window: '24h',
  });
  const end = await ended(batch.id);
  assert.equal(end.status, 'failed');
  assert.equal(end.errors.data[0].line, 1);
});
