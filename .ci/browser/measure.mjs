// Measures the console's page with 10,000 sensors that send once a second: first card, search, sort, longest task, the main thread's
// time with 60 cards in view, and the memory of page and service over some minutes. .ci/console --measure runs it.
//   SERVICES=jvm|native CHROMIUM=/usr/bin/chromium node measure.mjs MINUTES
import { chromium } from 'playwright-core';
import { Stack, pause, until } from './stack.mjs';

const SENSORS = 10_000;
const VIEW_SECONDS = 30;
const minutes = Number(process.argv[2] ?? 2);

const stack = await Stack.create(process.env.SERVICES ?? 'jvm');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--js-flags=--expose-gc'],
});
try {
  await (await stack.broker()).start();
  const service = await (await stack.console({ CONSOLE_HISTORY: 'none' })).start();
  await (
    await stack.simulator({ SIM_COUNT: String(SENSORS), SIM_NAME: 'T{n}', SIM_PERIOD: '1', SIM_PHASE: 'seed', SIM_DURATION: '4h' })
  ).start();
  await until(
    'all sensors are known',
    async () => (await (await fetch(`${stack.origin}/api/status`)).json()).sensors.known >= SENSORS,
    120_000,
  );

  // 60 cards: five columns of twelve.
  const context = await browser.newContext({ viewport: { width: 1900, height: 2_560 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => Math.round(duration)))).observe({
      type: 'longtask',
      buffered: true,
    });
    new MutationObserver((changes, observer) => {
      if (document.querySelector('.card')) {
        observer.disconnect();
        requestAnimationFrame(() =>
          setTimeout(() => {
            globalThis.firstCard = Math.round(performance.now());
          }),
        );
      }
    }).observe(document, { childList: true, subtree: true });
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  const metrics = async () =>
    Object.fromEntries((await devtools.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  const longest = () => page.evaluate(() => Math.max(0, ...tasks.splice(0)));

  await page.goto(stack.origin);
  await page.waitForFunction(() => globalThis.firstCard);
  console.log(`first card painted: ${await page.evaluate(() => globalThis.firstCard)} ms`);
  await until('all sensors are listed', () =>
    page.evaluate((count) => document.getElementById('grid').offsetHeight > (200 * count) / 7, SENSORS),
  );
  await pause(5_000);
  console.log(`longest task while all sensors are loaded: ${(await longest()) || 'none above 50'} ms`);

  const inView = await page.evaluate(
    () =>
      [...document.querySelectorAll('.card')].filter((card) => {
        const { top, bottom } = card.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      }).length,
  );
  const before = await metrics();
  await pause(VIEW_SECONDS * 1_000);
  const after = await metrics();
  const share = (name) => ((100 * (after[name] - before[name])) / (after.Timestamp - before.Timestamp)).toFixed(1);
  console.log(
    `${inView} cards in view for ${VIEW_SECONDS} s: TaskDuration ${share('TaskDuration')} % of a core, of which script ${share('ScriptDuration')} %, ` +
      `longest task ${(await longest()) || 'none above 50'} ms`,
  );

  for (const [what, id, value] of [
    ['search', 'search', 'T471'],
    ['search', 'search', ''],
    ['sort by rate', 'sort', 'rate'],
    ['sort by name', 'sort', 'name'],
    ['group', 'group', 'type'],
    ['no groups', 'group', '0'],
  ]) {
    const millis = await page.evaluate(
      ([field, text]) =>
        new Promise((resolve) => {
          const start = performance.now();
          new MutationObserver((changes, observer) => {
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(Math.round(performance.now() - start))));
          }).observe(document.getElementById('grid'), {
            childList: true,
            attributes: true,
            subtree: true,
            attributeFilter: ['style', 'aria-posinset'],
          });
          const input = document.getElementById(field);
          input.value = text;
          input.dispatchEvent(new Event(field === 'search' ? 'input' : 'change', { bubbles: true }));
        }),
      [id, value],
    );
    console.log(`${what}: ${millis} ms`);
    await pause(1_500);
  }
  console.log(`longest task of search, sort and groups: ${(await longest()) || 'none above 50'} ms`);
  for (let screen = 0; screen < 40; screen++) {
    await page.mouse.wheel(0, 3_000);
    await pause(100);
  }
  console.log(`longest task while scrolling: ${(await longest()) || 'none above 50'} ms`);

  for (let minute = 1; minute <= minutes; minute++) {
    await pause(60_000);
    await page.evaluate(() => globalThis.gc());
    const { JSHeapUsedSize: heap, Nodes: nodes } = await metrics();
    console.log(
      `minute ${minute}: heap of the page ${(heap / 1e6).toFixed(1)} MB, ${nodes} nodes; the console ${await service.residentMegabytes()} MB resident`,
    );
  }
} finally {
  await browser.close();
  await stack.end();
}
