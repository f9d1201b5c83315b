// What a developer would put before a model by hand: onnxruntime-node behind fastify, no queue and no batching. It reads
// and writes what the Open Inference Protocol says of binary tensors, so that the same bytes go to it and to the farm.
//
//     node server.mjs MODEL.onnx THREADS      prints its port, and ends with its standard input
import Fastify from 'fastify';
import ort from 'onnxruntime-node';

const [file, threads] = process.argv.slice(2);
const LENGTH = 'inference-header-content-length';

const session = await ort.InferenceSession.create(file, { intraOpNumThreads: Number(threads), interOpNumThreads: 1 });
const server = Fastify({ bodyLimit: 64 << 20 });
server.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (request, body, done) => done(null, body));

function tensors(body, length) {
  const { inputs } = JSON.parse(body.subarray(0, length).toString());
  let at = length;
  const feeds = {};
  for (const input of inputs) {
    const bytes = new Uint8Array(input.parameters.binary_data_size);
    bytes.set(body.subarray(at, at + bytes.length));
    at += bytes.length;
    feeds[input.name] = new ort.Tensor('int64', new BigInt64Array(bytes.buffer), input.shape);
  }
  return feeds;
}

function listed(body) {
  return Object.fromEntries(body.inputs.map(({ name, shape, data }) =>
    [name, new ort.Tensor('int64', BigInt64Array.from(data, BigInt), shape)]));
}

server.post('/v2/models/:model/infer', async (request, reply) => {
  const length = Number(request.headers[LENGTH] ?? 0);
  const results = await session.run(length > 0 ? tensors(request.body, length) : listed(request.body));
  const outputs = session.outputNames.map((name) => ({ name, datatype: 'FP32', shape: results[name].dims }));
  if (length === 0) {
    outputs.forEach((output) => { output.data = Array.from(results[output.name].data); });
    return { model_name: request.params.model, outputs };
  }
  const bytes = session.outputNames.map((name) => Buffer.from(results[name].data.buffer,
    results[name].data.byteOffset, results[name].data.byteLength));
  outputs.forEach((output, i) => { output.parameters = { binary_data_size: bytes[i].length }; });
  const json = Buffer.from(JSON.stringify({ model_name: request.params.model, outputs }));
  reply.header(LENGTH, json.length).type('application/octet-stream');
  return Buffer.concat([json, ...bytes]);
});

process.stdin.on('end', () => process.exit(0)).resume();
await server.listen({ port: 0, host: '127.0.0.1' });
console.log(server.server.address().port);
