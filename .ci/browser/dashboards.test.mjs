// Tests that dashboards.mjs finds faults, on pages with the few parts of Grafana's that it uses. It does not test Grafana.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

process.env.LOAD_MILLIS = '3000';
const { dashboards, lookAtAll } = await import('./dashboards.mjs');

const known = new Map((await dashboards()).map((each) => [each.uid, each]));
const aPanel = (title, inside = '42') => `<section data-testid="data-testid Panel header ${title}">${title} ${inside}</section>`;
let inside; // (dashboard, title) => what the panel shows, null for no such panel
let query; // status and body of a query's answer
let server, origin, folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sensorline-browser-'));
  server = createServer((request, response) => {
    const [, uid] = request.url.match(/^\/d\/([^?]+)/) ?? [];
    if (request.url === '/login') {
      let body = '';
      request.on('data', (data) => { body += data; });
      request.on('end', () => {
        const right = JSON.parse(body).password === 'right';
        response.writeHead(right ? 200 : 401, { 'Set-Cookie': 'grafana_session=it' }).end();
      });
    } else if (!request.headers.cookie?.includes('grafana_session=it')) {
      response.writeHead(401).end();
    } else if (uid && known.has(uid)) {
      const panels = known.get(uid).titles.map((title) => [title, inside(uid, title)]).filter(([, what]) => what !== null)
        .map(([title, what]) => aPanel(title, what));
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end(`<body>${panels.join('')}<script>fetch('/api/ds/query')</script></body>`);
    } else if (request.url === '/api/ds/query') {
      response.writeHead(query.status).end(JSON.stringify(query.body));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const problems = (password = 'right') => lookAtAll(origin, folder,
  { user: 'admin', password, executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
const fine = () => {
  inside = () => '42';
  query = { status: 200, body: { results: { A: { status: 200, frames: [] } } } };
};

test('three dashboards whose panels are all there are fine, and have a screenshot each', async () => {
  fine();
  assert.deepEqual(await problems(), []);
  assert.deepEqual([...known.keys()].sort(), ['sensorline-host', 'sensorline-pipeline', 'sensorline-sensors']);
  for (const uid of known.keys()) {
    const png = await readFile(path.join(folder, `${uid}.png`));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.equal(png.readUInt32BE(16), 1600);
  }
});
test('a missing panel is found', async () => {
  fine();
  inside = (uid, title) => (title === 'Pressure' ? null : '42');
  assert.deepEqual(await problems(), ['Sensors: panel "Pressure": is there 0 times, not 1']);
});
test('of two panels with the same title a missing one is found', async () => {
  fine();
  let seen = 0;
  inside = (uid, title) => (uid === 'sensorline-host' && title === 'CPU' && seen++ === 0 ? null : '42');
  assert.deepEqual(await problems(), ['Host: panel "CPU": is there 1 times, not 2']);
});
test('a panel with an error is found', async () => {
  fine();
  inside = (uid, title) => (title === 'Latency, 99 %' ? '<button data-testid="data-testid Panel status error"></button>' : '42');
  assert.deepEqual(await problems(), ['Pipeline: panel "Latency, 99 %": shows an error']);
});
test('a panel that never ends loading is found', async () => {
  fine();
  inside = (uid, title) => (title === 'Disks' ? '<div aria-label="Panel loading bar"></div>' : '42');
  assert.deepEqual(await problems(), ['Host: panels are still loading after 3000 ms']);
});
test('dashboards without data are found', async () => {
  fine();
  inside = (uid) => (uid === 'sensorline-sensors' ? '<div data-testid="data-testid Panel data error message">No data</div>' : '42');
  assert.deepEqual(await problems(), ['Sensors: fewer than half of the panels show data']);
});
test('a refused query is found', async () => {
  fine();
  query = { status: 200, body: { results: { A: { error: 'error authorizing query', status: 403 } } } };
  assert.deepEqual(await problems(), ['Host', 'Pipeline', 'Sensors'].map((title) => `${title}: a query answers: error authorizing query`));
  query = { status: 502, body: {} };
  assert.deepEqual(await problems(), ['Host', 'Pipeline', 'Sensors'].map((title) => `${title}: a query answers 502`));
});
test('a wrong password is said', async () => {
  fine();
  await assert.rejects(problems('wrong'), /the login as admin answers 401/);
});
