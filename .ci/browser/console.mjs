// Checks of the console's page in a browser, with real processes behind it. .ci/console runs them.
//   SERVICES=jvm|native SCREENSHOTS=folder CHROMIUM=/usr/bin/chromium node --test console.mjs
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Stack, pause, until } from './stack.mjs';

const SCREENSHOTS = process.env.SCREENSHOTS ?? 'screenshots';
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FAR_MILLIS = 60_000;

// The six sensors of the teaching stack.
const SENSORS = [
  { SIM_NAME: 'TEMPSENS2', SIM_PERIOD: '2', SIM_TYPE: 'temperature' },
  { SIM_NAME: 'TEMPLOWFREQSENS2', SIM_PERIOD: '10', SIM_TYPE: 'temperature' },
  { SIM_NAME: 'PRSENS5', SIM_PERIOD: '5', SIM_TYPE: 'pressure' },
  { SIM_NAME: 'CURSENS2', SIM_PERIOD: '2', SIM_TYPE: 'current' },
  { SIM_NAME: 'ACCELSLOWSENS5', SIM_PERIOD: '5', SIM_TYPE: 'acceleration' },
  { SIM_NAME: 'ACCELFASTSENS2', SIM_PERIOD: '2', SIM_TYPE: 'acceleration' },
];

let browser, stack, broker, store, ingestor, consoleService;
let page; // open all the time, as a tab on a wall is
const simulators = new Map(); // by sensor
const errors = []; // of all pages
let isOutage = false; // Failed requests are what an outage is; scripts must not fail then either.

before(
  async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    stack = await Stack.create(process.env.SERVICES ?? 'jvm');
    [broker, store, ingestor, consoleService] = [await stack.broker(), await stack.store(), await stack.ingestor(), await stack.console()];
    await Promise.all([broker.start(), store.start()]);
    await Promise.all([ingestor.start(), consoleService.start()]);
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
    page = await open();
  },
  { timeout: 180_000 },
);

beforeEach(() =>
  page.evaluate(() => {
    location.hash = '#/';
  }),
);

after(async () => {
  await browser?.close();
  await stack?.end();
});

async function open({ hash = '', ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    ...options,
  });
  const opened = await context.newPage();
  opened.setDefaultTimeout(FAR_MILLIS);
  opened.on('pageerror', (error) => errors.push(`script error: ${error.stack}`));
  opened.on('console', (message) => {
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !(isRefusal && isOutage)) {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  await opened.goto(`${options.origin ?? stack.origin}/${hash}`);
  return opened;
}

const card = (name, on = page) => on.locator('.card', { has: on.getByRole('button', { name, exact: true }) });
const notice = (text) => page.locator('.notice', { hasText: text });
const screenshot = (name, on = page) => on.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });

/** What axe finds, one line each. */
async function violations(on) {
  // As the tests' own, so that the page's Content-Security-Policy stays as it is.
  await on.evaluate(AXE);
  const { violations: found } = await on.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return found.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 160))
        .join(' | ')}`,
  );
}

test('without sensors the page says how to send a first reading', async () => {
  await page.getByRole('heading', { name: 'No sensor has sent a reading yet' }).waitFor();
  assert.match(await page.locator('.command code').innerText(), /^mosquitto_pub -h \S+ .*-t sensor\/first -m 21\.5$/);
  assert.deepEqual(await violations(page), []);
  await screenshot('empty');
});

test('six sensors appear and move', async () => {
  for (const sensor of SENSORS) {
    simulators.set(sensor.SIM_NAME, await (await stack.simulator(sensor)).start());
  }
  for (const { SIM_NAME: name } of SENSORS) {
    await card(name).waitFor();
  }
  for (const { SIM_NAME: name } of SENSORS.filter(({ SIM_PERIOD: period }) => period === '2')) {
    const number = card(name).locator('.number');
    const earlier = await number.innerText();
    await until(`${name} shows another value`, async () => (await number.innerText()) !== earlier);
  }
});

test('the seconds since the last reading tick', async () => {
  const age = card('TEMPLOWFREQSENS2').locator('.age');
  const seen = new Set();
  await until('three ages were seen', async () => seen.add(await age.innerText()).size >= 3);
});

test('the head shows readings, points and parts that are up', async () => {
  for (const part of ['Broker', 'Store', 'Ingestor sensorline-ingestor']) {
    await page.locator('.part', { hasText: part }).filter({ hasText: 'up' }).waitFor();
  }
  for (const tile of ['Readings in', 'Points written']) {
    await until(
      `${tile} is more than 0`,
      async () => Number(await page.locator('.tile', { hasText: tile }).locator('.number').innerText()) > 0,
    );
  }
});

test('curves are there when the page opens', async () => {
  const second = await open();
  await until('six curves', async () => (await second.locator('.card .curve:not(.nothing)').count()) === SENSORS.length, 5_000);
  await second.context().close();
});

test('all states are said in words: live, once the period is learnt', async () => {
  await card('TEMPSENS2').locator('.word', { hasText: 'Live' }).waitFor();
});

test('search, pin, sort and group', async () => {
  await page.getByRole('searchbox').fill('accel');
  await until('two are found', async () => (await page.locator('.card').count()) === 2);
  await page.getByRole('searchbox').fill('nothing like this');
  await page.getByRole('heading', { name: 'No sensor matches' }).waitFor();
  await page.getByRole('button', { name: 'Show all sensors' }).click();
  await until('all are back', async () => (await page.locator('.card').count()) === SENSORS.length);
  await until('all have their curves', async () => (await page.locator('.card .curve:not(.nothing)').count()) === SENSORS.length);
  await page.getByRole('button', { name: 'Pin TEMPSENS2' }).click();
  await until('the pinned one is first', async () => (await page.locator('.card').first().locator('.name').innerText()) === 'TEMPSENS2');
  await page.getByRole('button', { name: 'Pin TEMPSENS2' }).click();
  await page.getByLabel('Group').selectOption('1');
  await page.getByRole('button', { name: /^sensor\s*6 sensors$/ }).click();
  await until('the group is folded', async () => (await page.locator('.card').count()) === 0);
  await page.getByLabel('Group').selectOption('0');
});

test('the keyboard moves between cards, opens one and comes back', async () => {
  await page.locator('.card .name').first().focus();
  await page.keyboard.press('ArrowRight');
  const name = await page.evaluate(() => document.activeElement.textContent);
  assert.equal(name, await page.locator('.card .name').nth(1).innerText());
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('heading', { name }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
});

test('what is seen is exported as CSV', async () => {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).first().click()]);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  assert.equal(lines[0], 'name,measurement,topic,state,value,unit,last,rate,min,mean,max,readings');
  assert.equal(lines.length, 1 + SENSORS.length);
});

test('one sensor in detail, over 5 minutes and an hour', async () => {
  await card('PRSENS5').locator('.name').click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.u-over').waitFor();
  await dialog.getByText('sensor/PRSENS5').first().waitFor();
  await dialog.getByRole('button', { name: '1 h', exact: true }).click();
  await dialog.getByText(/^From /).waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot('detail');
  await dialog.getByRole('button', { name: 'Close' }).click();
});

test('several sensors in one chart', async () => {
  for (const name of ['TEMPSENS2', 'TEMPLOWFREQSENS2']) {
    await card(name).getByRole('checkbox').check();
  }
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('dialog').getByRole('heading', { name: '2 sensors compared' }).waitFor();
  await page.getByRole('dialog').locator('.u-over').waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot('compare');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear' }).click();
});

test('a bad payload is shown under rejected, with what would accept it', async () => {
  await stack.publish('sensor/BAD', '20,6 <b>°C</b>');
  await page.getByRole('link', { name: 'Rejected' }).click();
  const row = page.getByRole('row', { name: /sensor\/BAD/ });
  await row.waitFor();
  assert.match(await row.innerText(), /20,6 <b>°C<\/b>/);
  assert.deepEqual(await violations(page), []);
  await screenshot('rejected');
});

test('who floods is shown by topic', async () => {
  await page.getByRole('link', { name: 'Traffic' }).click();
  await page
    .getByRole('row', { name: /^sensor/ })
    .first()
    .waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot('traffic');
});

test('light, dark and phone have no violation of accessibility', async () => {
  for (const [name, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' },
    phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  })) {
    const opened = await open(options);
    await until('six curves', async () => (await opened.locator('.card .curve:not(.nothing)').count()) >= Math.min(SENSORS.length, 3));
    assert.deepEqual(await violations(opened), [], name);
    assert.equal(await opened.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${name} scrolls sideways`);
    await pause(3_000); // for curves of the head
    await screenshot(name, opened);
    await opened.context().close();
  }
});

if (process.env.IMAGE) {
  test('the picture of the README, when the curves reach back as far as they can', async () => {
    const opened = await open({ viewport: { width: 1440, height: 640 } });
    await until(
      'the readings of five minutes',
      async () => {
        const { sensors } = await (await fetch(`${stack.origin}/api/sensors?name=TEMPSENS2`)).json();
        return sensors[0].readings >= 149;
      },
      330_000,
    );
    await opened.screenshot({ path: process.env.IMAGE });
    await opened.context().close();
  });
}

test('a sensor that stops turns late and then silent, and live again', async () => {
  await card('CURSENS2').locator('.word', { hasText: 'Live' }).waitFor();
  await simulators.get('CURSENS2').stop();
  await card('CURSENS2').locator('.word', { hasText: 'Late' }).waitFor();
  await card('CURSENS2').locator('.word', { hasText: 'Silent' }).waitFor();
  await page.getByRole('button', { name: /^Silent\s*1$/ }).waitFor();
  await until('the silent one is first', async () => (await page.locator('.card').first().locator('.name').innerText()) === 'CURSENS2');
  assert.deepEqual(await violations(page), []);
  await screenshot('silent');
  await simulators.get('CURSENS2').start();
  await card('CURSENS2').locator('.word', { hasText: 'Live' }).waitFor();
});

async function outage(act) {
  isOutage = true;
  await act();
  isOutage = false;
}

async function moves(name = 'ACCELFASTSENS2') {
  const number = card(name).locator('.number');
  const earlier = await number.innerText();
  await until(`${name} shows another value`, async () => (await number.innerText()) !== earlier);
}

test('InfluxDB stops and the page says so, and live values go on', async () => {
  await outage(async () => {
    await store.stop('SIGKILL');
    await notice('The store is away').waitFor();
    await moves();
    await screenshot('store-away');
    await store.start();
    await notice('The store is away').waitFor({ state: 'detached' });
  });
});

test('the broker stops and the page says so, and recovers', async () => {
  await outage(async () => {
    await broker.stop('SIGKILL');
    await notice('The broker is away').waitFor();
    assert.deepEqual(await violations(page), []);
    await broker.start();
    await notice('The broker is away').waitFor({ state: 'detached' });
    await moves();
  });
});

test('an ingestor stops and the page says so, and recovers', async () => {
  await ingestor.stop('SIGKILL');
  await notice('An ingestor is away').waitFor();
  await moves();
  await ingestor.start();
  await notice('An ingestor is away').waitFor({ state: 'detached' });
});

test('the console stops, the page says so, and connects again by itself', async () => {
  await outage(async () => {
    await consoleService.stop();
    await notice('The console does not answer').waitFor();
    await screenshot('console-away');
    await consoleService.start();
    await notice('Connected to the console again').waitFor();
    await notice('The console does not answer').waitFor({ state: 'detached' });
    await moves();
  });
});

test('with a token the page asks for it, and then shows sensors', async () => {
  const file = path.join(stack.folder, 'token');
  await writeFile(file, 'a-token-of-this-test\n');
  const port = await stack.freePort();
  const guarded = await (await stack.console({ HTTP_PORT: String(port), MQTT_CLIENT_ID: 'guarded', CONSOLE_TOKEN_FILE: file })).start();
  isOutage = true; // A browser reports each 401 as an error.
  const opened = await open({ origin: `http://127.0.0.1:${port}` });
  await opened.getByRole('textbox', { name: 'Token' }).fill('wrong');
  await opened.getByRole('button', { name: 'Continue' }).click();
  await opened.getByText('The console did not accept this token').waitFor();
  assert.deepEqual(await violations(opened), []);
  await opened.getByRole('textbox', { name: 'Token' }).fill('a-token-of-this-test');
  await opened.getByRole('button', { name: 'Continue' }).click();
  await card('ACCELFASTSENS2', opened).waitFor();
  await opened.context().close();
  isOutage = false;
  await guarded.stop();
});

test('10,000 sensors are shown and scroll', async () => {
  const fleet = await stack.simulator({ SIM_COUNT: '10000', SIM_NAME: 'T{n}', SIM_PERIOD: '1', SIM_PHASE: 'seed', SIM_DURATION: '10m' });
  await fleet.start();
  await until(
    '10,000 sensors are known',
    async () => (await (await fetch(`${stack.origin}/api/status`)).json()).sensors.known >= 10_000,
    120_000,
  );
  const opened = await open({ viewport: { width: 1900, height: 2100 } });
  await opened.locator('.card').first().waitFor();
  await until('all are listed', async () => /^All\s*10,0/.test(await opened.locator('#states button').first().innerText()));
  await until(
    'the list is as long as its sensors',
    async () => await opened.evaluate(() => document.getElementById('grid').offsetHeight > (200 * 10_000) / 7),
  );
  for (let screen = 0; screen < 20; screen++) {
    await opened.mouse.wheel(0, 5_000);
    await pause(50);
  }
  await opened.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await until('curves at the end of the list', async () => (await opened.locator('.card .curve:not(.nothing)').count()) > 20);
  assert.ok((await opened.locator('.card').count()) <= 150, 'only what is in view is in the document');
  await screenshot('many', opened);
  await opened.getByRole('searchbox').fill('T4711');
  await until(
    'one is found',
    async () =>
      await opened
        .locator('.card .name')
        .allInnerTexts()
        .then((names) => names.length === 1 && names[0].includes('T4711')),
  );
  await opened.context().close();
  await fleet.stop();
});

test("no script failed and nothing was reported to the browser's console", () => {
  assert.deepEqual(errors, []);
});
