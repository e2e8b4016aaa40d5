// Opens each dashboard of grafana/dashboards in a browser and waits for its panels. Fails if a panel is missing or shows an error,
// if a query is rejected, or if fewer than half of a dashboard's panels show data. Saves a screenshot of each dashboard.
//   node dashboards.mjs http://localhost:3000 SCREENSHOTS
// GRAFANA_USER and GRAFANA_PASSWORD are the login (admin, admin); CHROMIUM is the browser's executable (/usr/bin/chromium).
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { resolveSelectors, versionedComponents } from '@grafana/e2e-selectors';
import { chromium } from 'playwright-core';

const DASHBOARDS = fileURLToPath(new URL('../../grafana/dashboards', import.meta.url));
const LOAD_MILLIS = Number(process.env.LOAD_MILLIS ?? 60_000);

// Grafana's own names for the parts of its page, in the release that the stack runs.
const panel = resolveSelectors(versionedComponents, '12.3.3').Panels.Panel;
const byTestId = (id) => `[data-testid=${JSON.stringify(id)}]`;

export async function dashboards() {
  const files = (await readdir(DASHBOARDS)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map(async (name) => {
    const dashboard = JSON.parse(await readFile(path.join(DASHBOARDS, name), 'utf8'));
    // The panels of a collapsed row are not on the page.
    const titles = dashboard.panels.filter((each) => each.type !== 'row').map((each) => each.title);
    return { uid: dashboard.uid, title: dashboard.title, titles };
  }));
}

/** The problems of one dashboard, one line each. */
export async function look(context, origin, dashboard, screenshot) {
  const problems = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`script error: ${error.message}`));
  const answers = [];
  page.on('response', (response) => {
    if (response.url().includes('/api/ds/query')) {
      answers.push(refusals(response).then((found) => problems.push(...found)));
    }
  });
  try {
    const response = await page.goto(`${origin}/d/${dashboard.uid}?kiosk`, { timeout: LOAD_MILLIS });
    if (!response.ok()) {
      problems.push(`the page answers ${response.status()}`);
    }
    const counts = new Map();
    for (const title of dashboard.titles) {
      counts.set(title, (counts.get(title) ?? 0) + 1);
    }
    const deadline = Date.now() + LOAD_MILLIS;
    const within = () => Math.max(1, deadline - Date.now());
    // All at once, so that a missing one does not use up the time of the others.
    await page.waitForFunction(([wanted, loading]) => !document.querySelector(`[aria-label="${loading}"]`)
      && wanted.every(([selector, count]) => document.querySelectorAll(selector).length >= count),
    [[...counts].map(([title, count]) => [byTestId(panel.title(title)), count]), panel.loadingBar()], { timeout: within() }).catch(() => {});
    for (const [title, count] of counts) {
      const found = await page.locator(byTestId(panel.title(title))).count();
      if (found < count) {
        problems.push(`panel "${title}": is there ${found} times, not ${count}`);
      }
    }
    if (await page.locator(`[aria-label="${panel.loadingBar()}"]`).count() > 0) {
      problems.push(`panels are still loading after ${LOAD_MILLIS} ms`);
    }
    await page.waitForLoadState('networkidle', { timeout: within() }).catch(() => {});
    await Promise.all(answers);

    const empty = [];
    for (const title of counts.keys()) {
      for (const each of await page.locator(byTestId(panel.title(title))).all()) {
        if (await each.locator(byTestId(panel.status('error'))).count() > 0) {
          problems.push(`panel "${title}": shows an error`);
        }
        const said = await each.locator(byTestId(panel.PanelDataErrorMessage)).allInnerTexts();
        if (said.length > 0 || /\bNo data\b/.test(await each.innerText())) {
          empty.push(title);
        }
      }
    }
    const shown = dashboard.titles.length - empty.length;
    console.log(`${dashboard.title}: ${shown} of ${dashboard.titles.length} panels with data${empty.length ? `, none in: ${empty.join(', ')}` : ''}`);
    if (shown * 2 < dashboard.titles.length) {
      problems.push('fewer than half of the panels show data');
    }
  } catch (error) {
    problems.push(error.message);
  } finally {
    await page.screenshot({ path: screenshot }).catch((error) => problems.push(`no screenshot: ${error.message}`));
    await page.close();
  }
  return problems;
}

async function refusals(response) {
  if (!response.ok()) {
    return [`a query answers ${response.status()}`];
  }
  const body = await response.json().catch(() => ({}));
  return Object.values(body.results ?? {}).filter((result) => result.error).map((result) => `a query answers: ${result.error}`);
}

/** Checks all dashboards and returns their problems, one line each. */
export async function lookAtAll(origin, folder, { user, password, executablePath }) {
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    // High enough for all panels: those outside the window are not drawn. The secure stack's certificate is from its own authority.
    const context = await browser.newContext({ viewport: { width: 1600, height: 3600 }, ignoreHTTPSErrors: true });
    const login = await context.request.post(`${origin}/login`, { data: { user, password } });
    if (!login.ok()) {
      throw new Error(`the login as ${user} answers ${login.status()}`);
    }
    const all = [];
    for (const dashboard of await dashboards()) {
      const problems = await look(context, origin, dashboard, path.join(folder, `${dashboard.uid}.png`));
      all.push(...problems.map((problem) => `${dashboard.title}: ${problem}`));
    }
    return all;
  } finally {
    await browser.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [origin, folder] = process.argv.slice(2);
  if (!origin || !folder) {
    console.error('usage: node dashboards.mjs ORIGIN SCREENSHOTS, for example http://localhost:3000 screenshots');
    process.exit(2);
  }
  const problems = await lookAtAll(origin.replace(/\/$/, ''), folder, {
    user: process.env.GRAFANA_USER ?? 'admin',
    password: process.env.GRAFANA_PASSWORD ?? 'admin',
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  });
  problems.forEach((problem) => console.error(`FAILED: ${problem}`));
  process.exitCode = problems.length > 0 ? 1 : 0;
}
