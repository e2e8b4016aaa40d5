// The console's page: brings the live stream, the directory of sensors and the parts of the page together.
import { byId, element, memory, pause, save, setText, shape } from './page.js';
import { get } from './api.js';
import { Directory, STATES, WORDS } from './directory.js';
import { Stream } from './stream.js';
import { Grid } from './grid.js';
import { Charts } from './charts.js';
import { Vitals } from './vitals.js';
import { Rejected } from './rejected.js';
import { Traffic } from './traffic.js';
import { MOST, Selection } from './selection.js';
import { notice, hide } from './notices.js';
import * as format from './format.js';

const PAINT_MILLIS = 100; // at most ten frames a second
const PAINT_CARDS = 16; // in one frame, so that no task is long: as many as make the most cards of the list one change a second
const SECOND = 1_000;
const RELOAD_MILLIS = 5_000; // All sensors are asked for at most this often.
const SORTED_MILLIS = 30_000; // An order by rate or time is renewed this often.
const SINGLE = 10; // So many new sensors are asked for one by one.
const CHUNK = 1_000;

const directory = new Directory();
const pinned = new Set(memory.get('pinned', []));
const choice = { search: '', state: null, sort: memory.get('sort', 'attention'), group: memory.get('group', '0'), pinned };

let clockOffset = null; // of this machine's clock to the console's, in milliseconds
let windowMillis = 300_000;
let status = {};
let version = null; // of the console that this page is from
let awaySince = null;
let helloAt = 0;
let loadedAt = 0;
let view = 'sensors';

const now = () => Date.now() - (clockOffset ?? 0);

const selection = new Selection(() => grid.render());
const model = {
  directory,
  pinned,
  now,
  get selected() {
    return selection.ids;
  },
  get window() {
    return windowMillis;
  },
  viewChanged(ids) {
    setView(ids);
  },
  closed() {
    if (location.hash.startsWith('#/sensors/')) {
      location.hash = '#/';
    }
  },
};
// Starting in steps, so that it is not one long task.
await pause();
const grid = new Grid(model);
const charts = new Charts(model);
await pause();
const vitals = new Vitals();
const rejected = new Rejected();
const traffic = new Traffic();

// What the stream sends: sensors of the charts and the cards, while anybody looks.
let inGrid = [];
const withCurve = new Set();

function setView(ids = inGrid) {
  inGrid = ids;
  // An address may name a sensor that the console does not know.
  const looked =
    document.visibilityState === 'visible'
      ? [...new Set([...charts.ids.filter((id) => directory.get(id)), ...(view === 'sensors' ? inGrid : [])])]
      : [];
  stream.setView(looked);
}

// Painting: only what has changed, at most ten times a second.
const changed = new Set();
let painted = 0;
let painting = false;

function paintSoon() {
  if (!painting) {
    painting = true;
    setTimeout(() => requestAnimationFrame(paint), Math.max(0, painted + PAINT_MILLIS - performance.now()));
  }
}

function paint() {
  painting = false;
  painted = performance.now();
  if (!grid.isFilling) {
    let left = PAINT_CARDS;
    for (const id of changed) {
      if (left-- === 0) {
        break;
      }
      changed.delete(id);
      grid.card(id)?.paint(now(), windowMillis);
    }
  }
  if (changed.size > 0) {
    paintSoon();
  }
  charts.update();
}

let tickedAt = 0;

function tick() {
  if (document.visibilityState !== 'visible') {
    return;
  }
  const at = now();
  if (view === 'sensors') {
    for (const card of grid.cards) {
      card.paint(at, windowMillis);
    }
  }
  charts.facts();
  if (awaySince !== null) {
    vitals.redraw(at);
  }
  if (tickedAt++ % 2 === 0) {
    more().catch(() => {}); // The stream notices when the console is away.
  }
}

/** What the stream does not carry. */
async function more() {
  if (view === 'traffic') {
    traffic.show((await get('api/status')).levels);
  }
  if (view === 'rejected' || status.in?.rejectedPerSecond > 0) {
    await rejected.refresh(view === 'rejected');
  }
}

// The list.
let turn = 0;

async function arrange() {
  const mine = ++turn;
  const { count, groups } = await directory.arrange(choice);
  if (mine !== turn) {
    return;
  }
  grid.arrange(groups);
  showEmpty(count);
  return count;
}

let arranging = null;

/** The state of a sensor decides whether it is listed, or where. */
function arrangeSoon() {
  arranging ??= setTimeout(() => {
    arranging = null;
    arrange();
  }, SECOND / 2);
}

function showEmpty(count) {
  const nothing = count === 0 && directory.loaded;
  byId('empty').hidden = !nothing;
  if (!nothing) {
    return;
  }
  if (directory.sensors.size > 0) {
    const all = element('button', { type: 'button' }, 'Show all sensors');
    all.addEventListener('click', () => {
      choice.search = byId('search').value = '';
      choice.state = null;
      showStates();
      arrange();
    });
    byId('empty').replaceChildren(
      element('h3', {}, 'No sensor matches'),
      element('p', {}, 'Try a part of a name, a topic or a type.'),
      all,
    );
    return;
  }
  const [host, port] = (status.broker?.address ?? `${location.hostname || 'localhost'}:1883`).split(/,\s*/)[0].split(/:(?=\d+$)/);
  const topic = (status.broker?.topics?.[0] ?? 'sensor/#')
    .replace(/^\$share\/[^/]+\//, '')
    .replace('#', 'first')
    .replaceAll('+', 'first');
  const command = `mosquitto_pub -h ${host}${port && port !== '1883' ? ` -p ${port}` : ''} -t ${topic} -m 21.5`;
  if (byId('empty').querySelector('code')?.textContent === command) {
    return;
  }
  const copy = element('button', { type: 'button', class: 'primary' }, 'Copy');
  copy.addEventListener('click', () =>
    navigator.clipboard?.writeText(command).then(
      () => setText(copy, 'Copied'),
      () => {},
    ),
  );
  byId('empty').replaceChildren(
    element('h3', {}, 'No sensor has sent a reading yet'),
    element('p', {}, 'A sensor appears here with its first reading. Send one:'),
    element('p', { class: 'command' }, element('code', {}, command), copy),
  );
}

const stateButtons = new Map();

function makeStates() {
  for (const state of [null, ...STATES]) {
    const count = element('span', { class: 'members' });
    const button = element(
      'button',
      { type: 'button', 'aria-pressed': 'false' },
      state ? shape(state) : null,
      state ? WORDS[state] : 'All',
      ' ',
      count,
    );
    if (state) {
      button.dataset.state = state;
    }
    button.addEventListener('click', async () => {
      choice.state = state;
      showStates();
      await arrange();
      scrollToList();
    });
    stateButtons.set(state, { button, count });
    byId('states').append(button);
  }
}

function showStates() {
  const counts = status.sensors ?? {};
  for (const [state, { button, count }] of stateButtons) {
    button.setAttribute('aria-pressed', choice.state === state);
    const number = state === null ? (counts.known ?? directory.sensors.size) : (counts[state] ?? 0);
    setText(count, format.short(number));
    button.classList.toggle('none', state !== null && number === 0 && choice.state !== state);
  }
}

function makeGroups() {
  const options = [
    ['0', 'No groups'],
    ['type', 'By type'],
    ...Array.from({ length: directory.depth() }, (_, level) => [
      String(level + 1),
      level === 0 ? 'By topic, 1 level' : `By topic, ${level + 1} levels`,
    ]),
  ];
  const select = byId('group');
  if (select.options.length !== options.length) {
    select.replaceChildren(...options.map(([value, label]) => element('option', { value }, label)));
    select.value = choice.group;
    if (select.value === '') {
      select.value = choice.group = '0';
    }
  }
}

/** After a new choice the list begins at its top. */
function scrollToList() {
  const top = byId('view-sensors').getBoundingClientRect().top;
  if (top < 0) {
    scrollBy(0, top);
    grid.render();
  }
}

async function load() {
  loadedAt = performance.now();
  await directory.load(() => {
    makeGroups();
    showStates();
    arrange();
  });
}

let loading = null;

/** Asks for all sensors, not too often. */
function loadSoon() {
  loading ??= setTimeout(
    () => {
      loading = null;
      load().catch(() => {});
    },
    Math.max(0, loadedAt + RELOAD_MILLIS - performance.now()),
  );
}

const refreshed = new Map(); // by state: when it was last asked for

/** Keeps the states of sensors that are not in view as the console counts them. */
async function followStates() {
  if (!directory.loaded) {
    return;
  }
  const here = Object.fromEntries(STATES.map((state) => [state, 0]));
  for (const sensor of directory.sensors.values()) {
    here[sensor.state]++;
  }
  for (const state of ['silent', 'late', 'irregular', 'learning']) {
    const count = status.sensors?.[state] ?? 0;
    const wait = count <= CHUNK ? 2_000 : 15_000;
    if (count !== here[state] && performance.now() - (refreshed.get(state) ?? -wait) >= wait) {
      refreshed.set(state, performance.now());
      await directory.refreshState(state, count);
      await arrange();
    }
  }
}

async function exportList() {
  await load().catch(() => {}); // Without the console, what is here is saved.
  const { groups } = await directory.arrange(choice);
  const parts = [
    format.csvRow(['name', 'measurement', 'topic', 'state', 'value', 'unit', 'last', 'rate', 'min', 'mean', 'max', 'readings']),
  ];
  for (const { sensors } of groups) {
    for (let from = 0; from < sensors.length; from += CHUNK) {
      parts.push(
        sensors
          .slice(from, from + CHUNK)
          .map((sensor) =>
            format.csvRow([
              sensor.name,
              sensor.measurement,
              sensor.topic,
              sensor.state,
              sensor.value,
              sensor.unit,
              Number.isFinite(sensor.last) ? new Date(sensor.last).toISOString() : '',
              sensor.rate,
              sensor.min,
              sensor.mean,
              sensor.max,
              sensor.readings,
            ]),
          )
          .join(''),
      );
      await pause();
    }
  }
  save(`sensorline-${format.stamp(now())}.csv`, parts.join(''));
}

// What is wrong, in words.
const since = (timestamp) => (timestamp ? ` since ${format.time(format.millis(timestamp))}` : '');

function showProblems() {
  const { broker, store, ingestors = [], sensors = {} } = status;
  const brokerDown = broker?.state === 'down';
  if (brokerDown) {
    notice(
      'broker',
      'bad',
      `The broker is away${since(broker.since)}. No readings arrive, and no sensor is called silent until it is back.`,
    );
  } else {
    hide('broker');
  }
  const storeDown = store?.state === 'down';
  if (storeDown) {
    notice('store', 'bad', `The store is away${since(store.since)}. Live values go on; longer history is not available until it is back.`);
  } else {
    hide('store');
  }
  const troubled = brokerDown ? [] : ingestors.filter(({ state }) => state !== 'online');
  const cut = brokerDown || storeDown ? [] : ingestors.filter((each) => each.state === 'online' && each.store === 'down');
  if (troubled.length > 0) {
    const names = troubled
      .map((each) => `${each.client} (${each.state === 'stale' ? 'no news' : 'offline'}${since(each.since)})`)
      .join(', ');
    notice(
      'ingestors',
      'bad',
      `${troubled.length === 1 ? 'An ingestor is away' : `${troubled.length} ingestors are away`}: ${names}. What it would store waits at the broker.`,
    );
  } else if (cut.length > 0) {
    notice(
      'ingestors',
      'bad',
      `${cut.map(({ client }) => client).join(', ')} cannot reach the store. Readings wait at the broker until it is back.`,
    );
  } else {
    hide('ingestors');
  }
  const wrong = [
    [sensors.silent, 'silent'],
    [sensors.late, 'late'],
  ]
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  const parts = [brokerDown && 'broker away', storeDown && 'store away', ...wrong].filter(Boolean);
  document.title = parts.length > 0 ? `${parts.join(', ')} · Sensorline` : 'Sensorline';
}

function showStatus(given) {
  status = { ...status, ...given };
  vitals.show(status, now());
  showStates();
  showProblems();
  if (status.grafana && /^https?:/i.test(status.grafana)) {
    byId('grafana').href = status.grafana;
    byId('grafana').hidden = false;
  }
  if (status.version) {
    setText(byId('version'), `Sensorline ${status.version}`);
  }
}

const stream = new Stream({
  hello(hello) {
    helloAt = performance.now();
    windowMillis = (hello.window ?? 300) * SECOND;
    const running = `${hello.version} ${hello.build}`;
    version ??= running;
    if (version !== running) {
      notice('version', 'warning', 'The console was updated. Reload the page to use its new version.', {
        action: { label: 'Reload', run: () => location.reload() },
      });
    }
    hide('console');
    if (awaySince !== null || !begun) {
      if (document.body.classList.contains('away')) {
        notice('again', 'good', `Connected to the console again, after ${format.span((Date.now() - awaySince) / SECOND)}.`, {
          millis: 8_000,
        });
      }
      awaySince = null;
      begin();
    }
    document.body.classList.remove('away');
  },
  frame(frame) {
    const offset = Date.now() - frame.time;
    // The smallest difference of late is that of a frame that was not delayed; it follows a clock that is set.
    clockOffset =
      clockOffset === null || offset < clockOffset || Math.abs(offset - clockOffset) > 5_000
        ? offset
        : clockOffset + Math.min(offset - clockOffset, 1);
    for (const given of frame.sensors ?? []) {
      const sensor = directory.get(given.id);
      if (sensor) {
        const before = sensor.state;
        sensor.live(given);
        changed.add(given.id);
        if (given.curve) {
          withCurve.add(given.id);
        }
        if (before !== sensor.state && (choice.state || [before, sensor.state].includes('silent'))) {
          arrangeSoon();
        }
      }
    }
    if (frame.summary) {
      showStatus(frame.summary);
      followStates().catch(() => {});
    }
    follow(frame);
    if (changed.size > 0 && document.visibilityState === 'visible') {
      paintSoon();
    }
  },
  stale({ ids }) {
    // After a reconnection it only means that the console sends whole curves.
    if (performance.now() - helloAt > 2_000) {
      notice(
        'stale',
        'warning',
        `This page cannot keep up: some readings were left out${Array.isArray(ids) ? ` of ${ids.length === 1 ? '1 sensor' : `${ids.length} sensors`}` : ''}. Values are current; curves may have gaps.`,
        { millis: 10_000 },
      );
    }
  },
  has: (id) => withCurve.has(id),
  viewed(ids) {
    // What is no longer sent comes back whole with the sensor.
    const next = new Set(ids);
    for (const id of withCurve) {
      if (!next.has(id)) {
        withCurve.delete(id);
        const sensor = directory.get(id);
        if (sensor) {
          sensor.curve = null;
        }
      }
    }
  },
  away(problem) {
    if (awaySince === null) {
      awaySince = Date.now();
    }
    // A connection that comes back at once, as after a restart of a proxy, is no news.
    setTimeout(() => {
      if (awaySince !== null) {
        document.body.classList.add('away');
        hide('again');
        notice(
          'console',
          'bad',
          problem
            ? `The console refuses the live stream: ${problem.message}. Trying again …`
            : `The console does not answer since ${format.time(awaySince)}. What you see is of that time. Trying again …`,
        );
        document.title = 'console away · Sensorline';
      }
    }, 700);
  },
});

/** Sensors that have appeared or gone. */
function follow({ added, gone, reload, known }) {
  if (gone?.length > 0) {
    directory.remove(gone);
  }
  if (
    reload ||
    added?.length > SINGLE ||
    (directory.loaded &&
      known !== undefined &&
      known !== directory.sensors.size &&
      !added &&
      !gone &&
      performance.now() - loadedAt > 10_000)
  ) {
    loadSoon();
  } else if (added?.length > 0) {
    directory
      .add(added)
      .then(() => {
        makeGroups();
        return arrange();
      })
      .catch(() => {});
  } else if (gone?.length > 0) {
    arrange();
  }
}

async function refresh() {
  const given = await get('api/status');
  vitals.history(given.history);
  showStatus(given);
  await load();
  rejected.due();
  await rejected.refresh(view === 'rejected');
}

let begun = true;

/** Asks for everything; when the console does not answer, the stream says so, and comes back to this. */
async function begin() {
  begun = await refresh().then(
    () => true,
    () => false,
  );
}

/** Shows what the address names: a view, or sensors in a chart. */
async function route() {
  const [, name = '', ids = ''] = location.hash.match(/^#\/([a-z]*)\/?(.*)$/) ?? [];
  view = name === 'rejected' || name === 'traffic' ? name : 'sensors';
  for (const each of ['sensors', 'rejected', 'traffic']) {
    byId(`view-${each}`).hidden = each !== view;
    const link = document.querySelector(`nav [data-view="${each}"]`);
    if (each === view) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  const wanted = name === 'sensors' ? decodeURIComponent(ids).split(',').filter(Boolean).slice(0, MOST) : [];
  await directory.add(wanted.filter((id) => !directory.get(id)));
  charts.show(wanted);
  setView();
  rejected.due();
  more().catch(() => {});
}

function wire() {
  const search = byId('search');
  let told = null;
  byId('toolbar').addEventListener('submit', (event) => event.preventDefault());
  search.addEventListener('input', async () => {
    choice.search = search.value;
    const count = await arrange();
    scrollToList();
    clearTimeout(told);
    told = setTimeout(() => count !== undefined && setText(byId('found'), count === 1 ? '1 sensor found' : `${count} sensors found`), 600);
  });
  for (const name of ['sort', 'group']) {
    byId(name).value = choice[name];
    byId(name).addEventListener('change', async (event) => {
      choice[name] = event.target.value;
      memory.set(name, choice[name]);
      await arrange();
      scrollToList();
      if (name === 'sort' && (choice.sort === 'rate' || choice.sort === 'seen')) {
        loadSoon();
      }
    });
  }
  byId('export').addEventListener('click', exportList);
  byId('grid').addEventListener('click', (event) => {
    const id = event.target.closest('.card')?.dataset.id;
    if (!id || event.target.closest('.pick')) {
      return;
    }
    if (event.target.closest('.pin')) {
      if (!pinned.delete(id)) {
        pinned.add(id);
      }
      memory.set('pinned', [...pinned]);
      arrange();
    } else {
      location.hash = `#/sensors/${id}`;
    }
  });
  byId('grid').addEventListener('change', (event) => {
    const id = event.target.closest('.card')?.dataset.id;
    if (id && !selection.set(id, event.target.checked)) {
      event.target.checked = false;
    }
  });
  byId('theme').value = document.documentElement.dataset.theme ?? 'auto';
  byId('theme').addEventListener('change', (event) => {
    const theme = event.target.value;
    localStorage.setItem('sensorline.theme', theme);
    if (theme === 'auto') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = theme;
    }
    charts.themeChanged();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts.themeChanged());
  addEventListener('hashchange', () => route().catch(() => {}));
  document.addEventListener('visibilitychange', () => setView());
  setInterval(tick, SECOND);
  setInterval(
    () => document.visibilityState === 'visible' && (choice.sort === 'rate' || choice.sort === 'seen') && loadSoon(),
    SORTED_MILLIS,
  );
}

makeStates();
wire();
await pause();
const ready = begin();
// The first cards decide what the stream is asked for.
await Promise.race([
  ready,
  new Promise((resolve) => {
    const waiting = setInterval(() => {
      if (inGrid.length > 0 || directory.loaded) {
        clearInterval(waiting);
        resolve();
      }
    }, 10);
    ready.finally(() => clearInterval(waiting));
  }),
]);
stream.run();
route().catch(() => {});
