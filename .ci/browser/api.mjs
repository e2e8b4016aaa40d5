// Sends the console requests that Schemathesis makes of its OpenAPI document, with real processes behind it. .ci/console-api runs it.
//   SERVICES=jvm|native SCHEMATHESIS=/path/to/st SEED=1 node api.mjs
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Stack, until } from './stack.mjs';

const SEED = process.env.SEED ?? '1';
const EXAMPLES = '60'; // requests of each operation and phase
const LIMIT_MILLIS = 60_000;
// Its answer does not end. StreamIT checks it.
const ENDLESS = 'openStream';

const stack = await Stack.create(process.env.SERVICES ?? 'jvm');
let schemathesis;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    schemathesis?.kill('SIGKILL');
    await stack.end();
    process.exit(1);
  });
}

const json = (address) => fetch(`${stack.origin}${address}`).then((response) => response.json());

/** An open stream: its view can be set as long as its answer is read. */
async function openStream() {
  const { body } = await fetch(`${stack.origin}/api/stream?name=none`);
  const reader = body.getReader();
  const { value } = await reader.read();
  (async () => {
    while (!(await reader.read()).done);
  })().catch(() => {}); // The console has ended.
  return new TextDecoder().decode(value).match(/"stream":"([^"]+)"/)[1];
}

/**
 * The document, with examples that succeed. Without its answer `default`, any status is undocumented that is not named. The methods
 * that a path does not have are answered with 405, which Schemathesis knows.
 */
async function documentWith(ids, stream) {
  const document = await json('/q/openapi?format=json');
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  for (const { responses } of operations) {
    delete responses.default;
  }
  const examples = {
    listSensors: { name: ['sens'], tag: [[`name:${SENSORS[0].SIM_NAME}`]], state: ['live'], sort: ['rate'], page: [0], size: [2] },
    getSensor: { id: ids },
    // From memory, from memory, and from InfluxDB.
    getReadings: { id: ids, from: ['-1s', '-2s', '-1h'], to: ['-0s'], step: ['1s'], field: ['value'] },
    setView: { stream: [stream] },
  };
  for (const operation of operations) {
    for (const parameter of operation.parameters ?? []) {
      const values = examples[operation.operationId]?.[parameter.name] ?? [];
      parameter.examples = Object.fromEntries(values.map((value, index) => [`example${index}`, { value }]));
    }
    if (operation.operationId === 'setView') {
      operation.requestBody.content['application/json'].example = { ids };
    }
  }
  return document;
}

// That `from` is before `to`, and that `step` divides the time in between into at most 10,000, no schema can say.
const CONFIGURATION = `
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 503]
[[operations]]
include-operation-id = "getReadings"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 404, 503]
`;

/** Runs Schemathesis, and returns the requests and answers of the HAR that it has written. */
async function run(name, ...options) {
  const folder = path.join(stack.folder, name);
  await mkdir(folder);
  await writeFile(path.join(folder, 'schemathesis.toml'), CONFIGURATION);
  const report = path.join(folder, 'report.har');
  schemathesis = spawn(
    process.env.SCHEMATHESIS ?? 'st',
    ['run', path.join(stack.folder, 'openapi.json'), '--url', stack.origin, '--seed', SEED, '--generation-database', 'none', '--no-color']
      .concat(['--max-examples', EXAMPLES, '--continue-on-failure', '--request-timeout', '10', '--report', 'har'])
      .concat(['--report-har-path', report, ...options]),
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], timeout: LIMIT_MILLIS, killSignal: 'SIGKILL' },
  );
  const [code, signal] = await once(schemathesis, 'exit');
  assert.equal(signal, null, `${name}: Schemathesis has not ended within ${LIMIT_MILLIS / 1_000} s`);
  assert.equal(code, 0, `${name}: Schemathesis has found differences between the console and its OpenAPI document`);
  return JSON.parse(await readFile(report, 'utf8')).log.entries;
}

/** The answers by operation and status: `{ 'GET /api/status': { 200: 31 } }`. */
function counted(entries, document) {
  const counts = {};
  for (const [template, methods] of Object.entries(document.paths)) {
    const form = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
    for (const method of Object.keys(methods)) {
      const statuses = (counts[`${method.toUpperCase()} ${template}`] = {});
      for (const { request, response } of entries) {
        if (request.method === method.toUpperCase() && form.test(new URL(request.url).pathname)) {
          statuses[response.status] = (statuses[response.status] ?? 0) + 1;
        }
      }
    }
  }
  return counts;
}

const SENSORS = [
  { SIM_NAME: 'TEMPSENS2', SIM_PERIOD: '0.5', SIM_TYPE: 'temperature' },
  { SIM_NAME: 'PRSENS5', SIM_PERIOD: '0.5', SIM_TYPE: 'pressure' },
  { SIM_NAME: 'CURSENS2', SIM_PERIOD: '0.5', SIM_TYPE: 'current' },
];

try {
  const [broker, store, ingestor, service] = [await stack.broker(), await stack.store(), await stack.ingestor(), await stack.console()];
  await Promise.all([broker.start(), store.start()]);
  await Promise.all([ingestor.start(), service.start()]);
  for (const sensor of SENSORS) {
    await (await stack.simulator(sensor)).start();
  }
  await until('the sensors are live', async () => (await json('/api/sensors?state=live')).total === SENSORS.length);
  await stack.publish(`sensor/${SENSORS[0].SIM_NAME}`, 'no number');
  await until('a reading has been rejected', async () => (await json('/api/rejected')).total > 0);
  const ids = (await json('/api/sensors')).sensors.map(({ id }) => id);
  await until('InfluxDB has readings', async () => (await json(`/api/sensors/${ids[0]}/readings?from=-1h`)).readings.length > 0);

  const document = await documentWith(ids, await openStream());
  await writeFile(path.join(stack.folder, 'openapi.json'), JSON.stringify(document));
  const entries = await run('all', '--exclude-operation-id', ENDLESS);
  const counts = counted(entries, document);
  console.log(counts);
  for (const [operation, statuses] of Object.entries(counts)) {
    if (operation !== 'GET /api/stream') {
      assert.ok(statuses[200] || statuses[204], `${operation} has not succeeded once`);
    }
    assert.equal(statuses[503], undefined, `${operation} is unavailable although InfluxDB is there`);
  }
  for (const source of ['memory', 'influxdb']) {
    assert.ok(
      entries.some(({ response }) => response.content.text?.includes(`"source":"${source}"`)),
      `no readings are from ${source}`,
    );
  }

  await store.stop('SIGKILL');
  const readings = 'GET /api/sensors/{id}/readings';
  const away = counted(await run('without-store', '--include-operation-id', 'getReadings'), document)[readings];
  console.log('without InfluxDB', away);
  assert.ok(away[200] && away[503], `${readings} must be answered from memory, and with 503 if InfluxDB is needed`);
} finally {
  await stack.end();
}
