// The head of the page: the parts of the pipeline, up or down, and its figures with small curves.
import { byId, element, setText, shape } from './page.js';
import * as format from './format.js';
import { Curve } from './curve.js';
import { Points } from './points.js';

const KEPT_MILLIS = 300_000;
const LEAST_MILLIS = 5_000;
const WIDTH = 96;
const HEIGHT = 28;
const PARTS = {
  up: ['up', 'up'],
  down: ['down', 'down'],
  none: ['none', 'none'],
  online: ['up', 'up'],
  offline: ['down', 'down'],
  stale: ['late', 'no news'],
};

const online = (status) => (status.ingestors ?? []).filter(({ state }) => state === 'online');
const sum = (list, key) => (list.length === 0 ? null : list.reduce((total, each) => total + (each[key] ?? 0), 0));

const TILES = [
  { key: 'readingsPerSecond', label: 'Readings in', unit: '/s', of: (status) => status.in?.readingsPerSecond ?? null, show: format.short },
  {
    key: 'pointsPerSecond',
    label: 'Points written',
    unit: '/s',
    of: (status) => sum(online(status), 'pointsPerSecond'),
    show: format.short,
  },
  { key: 'latency99', label: 'Latency, 99 %', unit: 'ms', of: (status) => most(online(status), 'latency99'), show: format.short },
  { key: 'inFlight', label: 'In flight', unit: '', of: (status) => sum(online(status), 'inFlight'), show: format.short },
  {
    key: 'rejectedPerSecond',
    label: 'Rejected',
    unit: '/min',
    of: (status) => status.in?.rejectedPerSecond ?? null,
    show: (perSecond) => format.short(typeof perSecond === 'number' ? perSecond * 60 : null),
  },
];

function most(list, key) {
  const known = list.map((each) => each[key]).filter((each) => typeof each === 'number');
  return known.length === 0 ? null : Math.max(...known);
}

export class Vitals {
  #tiles = new Map();
  #parts = new Map(); // by name

  constructor() {
    for (const tile of TILES) {
      const number = element('span', { class: 'number' }, format.NOTHING);
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('class', 'curve');
      svg.setAttribute('aria-hidden', 'true');
      byId('tiles').append(
        element(
          'li',
          { class: 'tile' },
          element('span', { class: 'label' }, tile.label),
          element('span', { class: 'amount' }, number, ' ', element('span', { class: 'unit' }, tile.unit)),
          svg,
        ),
      );
      this.#tiles.set(tile.key, { ...tile, number, curve: new Curve(svg), points: [] });
    }
  }

  /** Takes the curves of the last minutes, which the console has kept. */
  history(history = {}) {
    for (const [key, points] of Object.entries(history)) {
      const tile = this.#tiles.get(key);
      if (tile && Array.isArray(points)) {
        tile.points = points.filter(([, value]) => typeof value === 'number');
      }
    }
  }

  /** Shows a status or a summary of the given server time. */
  show(status, now) {
    for (const tile of this.#tiles.values()) {
      const value = tile.of(status);
      setText(tile.number, tile.show(value));
      if (value !== null && !(tile.points.at(-1)?.[0] >= now)) {
        tile.points.push([now, value]);
      }
      while (tile.points.length > 0 && tile.points[0][0] < now - KEPT_MILLIS) {
        tile.points.shift();
      }
      this.#draw(tile, now);
    }
    this.#part('Broker', status.broker?.state, status.broker?.detail);
    this.#part('Store', status.store?.state, status.store?.detail);
    const ingestors = status.ingestors ?? [];
    for (const { client, state, version, role } of ingestors) {
      this.#part(`Ingestor ${client}`, state, [role, version].filter(Boolean).join(', '), true);
    }
    for (const [name, part] of this.#parts) {
      if (part.ingestor && !ingestors.some(({ client }) => name === `Ingestor ${client}`)) {
        part.item.remove();
        this.#parts.delete(name);
      }
    }
  }

  /** While the console is away, what is shown is of the past. */
  redraw(now) {
    this.#tiles.forEach((tile) => this.#draw(tile, now));
  }

  #draw(tile, now) {
    // A curve that has just begun fills its place as well.
    const begun = Math.min(tile.points[0]?.[0] ?? now, now - LEAST_MILLIS);
    tile.curve.draw(Points.of(tile.points), {
      from: Math.max(begun, now - KEPT_MILLIS),
      to: now,
      gap: 15_000,
      width: WIDTH,
      height: HEIGHT,
      floor: 0,
    });
  }

  #part(name, state = 'none', detail = '', ingestor = false) {
    let part = this.#parts.get(name);
    if (!part) {
      const word = element('span', { class: 'word' });
      const item = element(
        'li',
        { class: 'part' },
        element('span', { class: 'mark' }),
        element('span', { class: 'part-name' }, name),
        ' ',
        word,
      );
      part = { item, word, mark: item.firstElementChild, state: null, ingestor };
      this.#parts.set(name, part);
      byId('parts').append(item);
    }
    part.item.title = detail ?? '';
    if (part.state !== state) {
      part.state = state;
      const [symbol, word] = PARTS[state] ?? ['none', state];
      part.mark.replaceChildren(shape(symbol));
      setText(part.word, word);
      part.item.dataset.state = symbol;
    }
  }
}
