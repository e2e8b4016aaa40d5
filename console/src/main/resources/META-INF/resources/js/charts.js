// One sensor in detail, or several in one chart, over minutes to days.
import { byId, element, save, setText, shape } from './page.js';
import { get } from './api.js';
import { WORDS } from './directory.js';
import { MOST } from './selection.js';
import * as format from './format.js';

const UPLOT = '/webjars/uplot/dist/';
const RANGES = [
  { key: '5m', label: '5 min', name: 'the last 5 minutes', millis: 300_000 },
  { key: '1h', label: '1 h', name: 'the last hour', millis: 3_600_000, again: 10_000 },
  { key: '24h', label: '24 h', name: 'the last 24 hours', millis: 86_400_000, again: 60_000 },
  { key: '7d', label: '7 d', name: 'the last 7 days', millis: 604_800_000, again: 300_000 },
];
const DASHES = [[], [8, 4], [2, 3], [8, 3, 2, 3], [14, 4], [4, 4], [1, 2], [12, 3, 2, 3, 2, 3]];
const PLOT_MILLIS = 250; // A chart of several long curves costs more than a card.
const NO_PERIOD = { learning: 'being learnt', irregular: 'none: it sends when something happens' };
const SOURCES = { memory: 'the console', influxdb: 'InfluxDB', questdb: 'QuestDB' };

let uplot = null;

/** The theme's colours, as the browser resolves them: a canvas knows no variables. */
function palette() {
  const probe = document.createElement('span');
  document.body.append(probe);
  const resolved = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    text: resolved('muted'),
    grid: resolved('line'),
    fill: resolved('curve-fill'),
    series: Array.from({ length: MOST }, (_, index) => resolved(`series-${index + 1}`)),
  };
  probe.remove();
  return colours;
}

/** Loads uPlot when the first chart is opened. */
function library() {
  uplot ??= (async () => {
    document.head.append(element('link', { rel: 'stylesheet', href: `${UPLOT}uPlot.min.css` }));
    return (await import(`${UPLOT}uPlot.esm.js`)).default;
  })();
  return uplot;
}

export class Charts {
  ids = [];
  #model;
  #dialog = byId('charts');
  #range = RANGES[0];
  #field = null; // null: the main field
  #stored = new Map(); // by id: { points, source, problem }; of a range from the store, or of another field
  #plot = null;
  #layout = ''; // what the chart was made for
  #turn = 0; // of the newest question to the console
  #timer = null;
  #plotted = 0;
  #ownScales = false;

  /** The model has directory, now(), window, and closed(), which is called when a person closes the dialog. */
  constructor(model) {
    this.#model = model;
    for (const range of RANGES) {
      const button = element('button', { type: 'button' }, range.label);
      button.dataset.range = range.key;
      button.addEventListener('click', () => this.#choose(range));
      byId('ranges').append(button);
    }
    byId('charts-close').addEventListener('click', () => this.#dialog.close());
    byId('charts-export').addEventListener('click', () => this.#export());
    byId('field').addEventListener('change', (event) => {
      this.#field = event.target.value || null;
      this.#load();
    });
    byId('own-scales').addEventListener('change', (event) => {
      this.#ownScales = event.target.checked;
      this.#draw();
    });
    this.#dialog.addEventListener('click', (event) => event.target === this.#dialog && this.#dialog.close());
    this.#dialog.addEventListener('close', () => {
      this.#end();
      model.closed();
    });
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(byId('plot'));
  }

  /** Shows sensors; none closes the dialog. */
  show(ids) {
    if (ids.join() === this.ids.join()) {
      return;
    }
    this.#end();
    this.ids = ids;
    if (ids.length === 0) {
      this.#dialog.close();
      return;
    }
    const sensors = this.#sensors();
    setText(byId('charts-title'), ids.length > 1 ? `${ids.length} sensors compared` : (sensors[0]?.name ?? 'Unknown sensor'));
    byId('own-scales').closest('label').hidden = ids.length === 1;
    this.#fields(sensors);
    if (!this.#dialog.open) {
      this.#dialog.showModal();
      byId('charts-title').focus();
    }
    this.#choose(RANGES[0]);
    this.facts();
  }

  #sensors() {
    return this.ids.map((id) => this.#model.directory.get(id)).filter(Boolean);
  }

  #fields(sensors) {
    this.#field = null;
    const [sensor] = sensors;
    const numbers = sensor
      ? Object.entries(sensor.fields)
          .filter(([, value]) => typeof value === 'number')
          .map(([name]) => name)
      : [];
    byId('field-choice').hidden = sensors.length !== 1 || numbers.length < 2;
    if (sensor) {
      byId('field').replaceChildren(...numbers.map((name) => element('option', { value: name === sensor.field ? '' : name }, name)));
    }
  }

  #end() {
    clearTimeout(this.#timer);
    this.#turn++;
    this.ids = [];
    this.#stored.clear();
    this.#plot?.destroy();
    this.#plot = null;
    this.#layout = '';
    byId('plot').replaceChildren();
  }

  #choose(range) {
    this.#range = range;
    for (const button of byId('ranges').children) {
      button.setAttribute('aria-pressed', button.dataset.range === range.key);
    }
    this.#load();
  }

  #isLive() {
    return this.#range === RANGES[0] && this.#field === null;
  }

  /** Asks for what the live stream does not have. */
  async #load() {
    const turn = ++this.#turn;
    const range = this.#range;
    clearTimeout(this.#timer);
    this.#stored.clear();
    if (this.#isLive()) {
      setText(byId('plot-note'), '');
      this.#draw();
      return;
    }
    setText(byId('plot-note'), `Loading ${range.name} …`);
    await this.#ask(turn, range);
  }

  async #ask(turn, range) {
    const answers = await Promise.all(this.ids.map(async (id) => [id, await this.#readings(id, range)]));
    if (turn !== this.#turn) {
      return; // A person has chosen something else in the meantime.
    }
    this.#stored = new Map(answers);
    const problem = answers.find(([, answer]) => answer.problem)?.[1].problem;
    const sources = new Set(answers.map(([, { source }]) => SOURCES[source] ?? source).filter(Boolean));
    const empty = answers.every(([, { points }]) => points.length === 0);
    setText(
      byId('plot-note'),
      problem
        ? `No history now: ${problem}`
        : empty
          ? `No reading in ${range.name}.`
          : `From ${[...sources].join(', ')}, one point each ${answers[0][1].step?.replace(/(\d)([a-z])/, '$1 $2')}.${this.ids.length === 1 ? ' The band reaches from the lowest to the highest reading.' : ''}`,
    );
    this.#draw();
    this.#timer = setTimeout(() => this.#ask(turn, range), problem ? 5_000 : (range.again ?? 2_000));
  }

  async #readings(id, { key, millis }) {
    const field = this.#field ? `&field=${encodeURIComponent(this.#field)}` : '';
    try {
      const { readings, source, step } = await get(`api/sensors/${encodeURIComponent(id)}/readings?from=-${key}${field}`);
      return { points: readings, source, step, gap: millis / 50 };
    } catch (error) {
      return { points: [], problem: error.message };
    }
  }

  /** Takes new readings of the stream, which are in the sensors' curves. */
  update() {
    if (this.ids.length === 0) {
      return;
    }
    const now = performance.now();
    if (this.#isLive() && now - this.#plotted >= PLOT_MILLIS) {
      this.#plotted = now;
      this.#draw();
    }
  }

  #curves() {
    return this.#sensors().map((sensor) => {
      if (this.#isLive()) {
        return { sensor, points: sensor.curve ?? [], gap: sensor.period ? Math.max(3_500 * sensor.period, 1_500) : Infinity };
      }
      const { points = [], gap = Infinity } = this.#stored.get(sensor.id) ?? {};
      return { sensor, points, gap };
    });
  }

  async #draw() {
    const UPlot = await library();
    const curves = this.#curves();
    if (curves.length === 0) {
      return;
    }
    const banded = curves.length === 1 && !this.#isLive();
    const data = banded
      ? columns(curves[0].points, curves[0].gap, 3)
      : UPlot.join(curves.map(({ points, gap }) => columns(points, gap, 1)));
    const layout = [this.#range.key, this.#field, banded, this.#ownScales, ...this.ids].join();
    if (this.#layout === layout && this.#plot) {
      this.#plot.setData(data);
    } else {
      this.#layout = layout;
      this.#plot?.destroy();
      byId('plot').replaceChildren();
      this.#plot = new UPlot(this.#options(curves, banded), data, byId('plot'));
    }
    byId('plot').setAttribute('aria-label', described(curves, this.#range));
  }

  #size() {
    const { clientWidth, clientHeight } = byId('plot');
    const legend = byId('plot').querySelector('.u-legend')?.offsetHeight ?? 34;
    return { width: clientWidth, height: Math.max(160, clientHeight - legend) };
  }

  #options(curves, banded) {
    const { series: colours, text, grid, fill } = palette();
    const scaleOf = (sensor) => (this.#ownScales ? sensor.id : sensor.unit || 'y');
    const scales = [...new Set(curves.map(({ sensor }) => scaleOf(sensor)))];
    const shown = (sensor) => (plot, number) =>
      typeof number === 'number' ? `${format.value(number)}${sensor.unit ? ` ${sensor.unit}` : ''}` : format.NOTHING;
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: '12px system-ui, sans-serif' };
    const lines = curves.map(({ sensor }, index) => ({
      label: curves.length === 1 ? (this.#field ?? sensor.field ?? 'value') : sensor.name,
      scale: scaleOf(sensor),
      stroke: colours[index % colours.length],
      width: 2,
      dash: DASHES[index % DASHES.length],
      value: shown(sensor),
      points: { show: curves[index].points.length < 2 },
    }));
    const edges = !banded
      ? []
      : ['lowest', 'highest'].map((label) => ({
          label,
          scale: lines[0].scale,
          stroke: 'transparent',
          value: lines[0].value,
          points: { show: false },
        }));
    return {
      ...this.#size(),
      series: [
        { label: 'Time', value: (plot, seconds) => (seconds === null ? format.NOTHING : format.time(seconds * 1_000)) },
        ...lines,
        ...edges,
      ],
      bands: banded ? [{ series: [3, 2], fill }] : [],
      scales: { x: { range: () => [(this.#model.now() - this.#range.millis) / 1_000, this.#model.now() / 1_000] } },
      axes: [
        { ...axis, space: 80, values: hours },
        ...scales.slice(0, this.#ownScales && scales.length > 1 ? 0 : 2).map((scale, index) => ({
          ...axis,
          scale,
          side: index === 0 ? 3 : 1,
          size: 64,
          grid: index === 0 ? axis.grid : { show: false },
          label: scale === 'y' ? undefined : scale,
          labelFont: axis.font,
          labelSize: 18,
          values: (plot, ticks) => ticks.map((tick) => tickText(tick, ticks)),
        })),
      ],
      cursor: { drag: { x: false, y: false }, y: false },
      legend: { live: true },
    };
  }

  /** What there is to know of the sensors, once a second. */
  facts() {
    if (this.ids.length === 0) {
      return;
    }
    const sensors = this.#sensors();
    if (sensors.length === 0) {
      byId('facts').replaceChildren(
        element('p', { class: 'calm' }, 'The console does not know this sensor. It may not have sent for a long time.'),
      );
    } else if (sensors.length === 1) {
      this.#one(sensors[0]);
    } else {
      this.#several(sensors);
    }
  }

  #one(sensor) {
    const { min, mean, max } = sensor;
    const seen = Number.isFinite(sensor.arrived)
      ? `${format.time(sensor.arrived)}, ${format.span((this.#model.now() - sensor.arrived) / 1_000)} ago`
      : format.NOTHING;
    const minutes = format.span(this.#model.window / 1_000);
    const rows = [
      ['State', stateOf(sensor)],
      ['Last value', `${format.whole(sensor.value)} ${sensor.unit}`],
      ['Arrived', seen],
      ['Period', sensor.period ? `every ${format.period(sensor.period)}` : (NO_PERIOD[sensor.state] ?? format.NOTHING)],
      [
        'Rate',
        `${format.rate(sensor.rate)}${typeof sensor.bytesPerSecond === 'number' ? `, ${format.bytes(sensor.bytesPerSecond)}/s` : ''}`,
      ],
      [
        `Last ${minutes}`,
        `min ${format.value(min, min, max)}, mean ${format.value(mean, min, max)}, max ${format.value(max, min, max)}, ${sensor.readings ?? 0} readings`,
      ],
      ['Topic', sensor.topic || format.NOTHING],
      ['Measurement', sensor.measurement],
      ...Object.entries(sensor.tags ?? {}).map(([tag, text]) => [`Tag ${tag}`, text]),
      ...Object.entries(sensor.fields)
        .filter(([name]) => name !== sensor.field)
        .map(([name, content]) => [`Field ${name}`, format.whole(content)]),
    ];
    const list = byId('facts').querySelector('dl');
    if (list && list.dataset.id === sensor.id && list.children.length === rows.length) {
      rows.forEach(([, content], index) => {
        const described = list.children[index].lastElementChild;
        if (typeof content === 'string') {
          setText(described, content);
        } else if (described.textContent !== content.textContent) {
          described.replaceChildren(content);
        }
      });
      return;
    }
    const made = element(
      'dl',
      {},
      ...rows.map(([name, content]) => element('div', {}, element('dt', {}, name), element('dd', {}, content))),
    );
    made.dataset.id = sensor.id;
    byId('facts').replaceChildren(made);
  }

  #several(sensors) {
    const table = byId('facts').querySelector('table');
    const cells = sensors.map((sensor) => {
      const { min, mean, max } = sensor;
      return [
        format.value(sensor.value, min ?? undefined, max ?? undefined),
        sensor.unit,
        ...[min, mean, max].map((number) => format.value(number, min, max)),
        format.rate(sensor.rate),
      ];
    });
    if (table && table.dataset.ids === this.ids.join()) {
      cells.forEach((row, index) => {
        const { cells: shown } = table.tBodies[0].rows[index];
        if (shown[1].textContent !== WORDS[sensors[index].state]) {
          shown[1].replaceChildren(stateOf(sensors[index]));
        }
        row.forEach((text, column) => setText(shown[column + 2], text));
      });
      return;
    }
    const made = element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...['Sensor', 'State', 'Last', 'Unit', 'Min', 'Mean', 'Max', 'Rate'].map((name, index) =>
            element('th', { scope: 'col', class: index > 1 && name !== 'Unit' ? 'amount' : '' }, name),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...sensors.map((sensor, index) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, element('a', { href: `#/sensors/${sensor.id}` }, sensor.name)),
            element('td', {}, stateOf(sensor)),
            ...cells[index].map((text, column) => element('td', { class: column === 1 ? '' : 'amount' }, text)),
          ),
        ),
      ),
    );
    made.dataset.ids = this.ids.join();
    byId('facts').replaceChildren(
      element('div', { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Figures of the sensors' }, made),
    );
  }

  /** Draws anew, as the theme has changed. */
  themeChanged() {
    this.#layout = '';
    if (this.ids.length > 0) {
      this.#draw();
    }
  }

  #export() {
    const rows = [format.csvRow(['sensor', 'topic', 'time', 'value', 'min', 'max', 'unit'])];
    for (const { sensor, points } of this.#curves()) {
      for (const [time, value, min, max] of points) {
        rows.push(format.csvRow([sensor.name, sensor.topic, new Date(time).toISOString(), value, min, max, sensor.unit]));
      }
    }
    save(`sensorline-${this.#range.key}-${format.stamp(this.#model.now())}.csv`, rows.join(''));
  }
}

const stateOf = ({ state }) => element('span', { class: 'state', 'data-state': state }, shape(state), ` ${WORDS[state] ?? state}`);

/** [[ms, a, b, …], …] as columns for uPlot, in seconds, with an empty row where the sensor paused. */
function columns(points, gap, count) {
  const made = Array.from({ length: count + 1 }, () => []);
  let previous = Infinity;
  for (const point of points) {
    if (point[0] - previous > gap) {
      made.forEach((column, index) => column.push(index === 0 ? (previous + 1) / 1_000 : null));
    }
    previous = point[0];
    made.forEach((column, index) => column.push(index === 0 ? point[0] / 1_000 : (point[index] ?? null)));
  }
  return made;
}

const hour = format.lazy(() => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }));
const second = format.lazy(() => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }));
const day = format.lazy(() => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }));

/** Texts of the time axis: a date where a day begins, seconds only where they differ. */
function hours(plot, ticks) {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 60;
  return ticks.map((tick) => {
    const at = new Date(tick * 1_000);
    const midnight = at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0;
    return (midnight ? day : step < 60 ? second : hour)().format(at);
  });
}

/** Texts of a value axis, with as many digits as tell neighbours apart. */
function tickText(tick, ticks) {
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 1;
  const digits = Math.min(8, Math.max(0, -Math.floor(Math.log10(step))));
  return Math.abs(tick) >= 1e6
    ? tick.toExponential(2)
    : tick.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The chart in words, for those who do not see it. */
function described(curves, { name }) {
  return `Chart of ${name}. ${curves
    .map(({ sensor, points }) => {
      if (points.length === 0) {
        return `${sensor.name}: no readings`;
      }
      let [low, high] = [Infinity, -Infinity];
      for (const [, value, min = value, max = value] of points) {
        low = Math.min(low, min);
        high = Math.max(high, max);
      }
      return `${sensor.name}: ${points.length} points from ${format.value(low)} to ${format.value(high)} ${sensor.unit}`;
    })
    .join('. ')}`;
}
