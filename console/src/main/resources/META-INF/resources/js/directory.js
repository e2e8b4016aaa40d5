// All sensors that the console knows, without their curves: what search, sort and groups need. The console sends only the sensors in
// view; of the others the state is asked for when the number of sensors in it changes.
import { get } from './api.js';
import { pause } from './page.js';
import { millis } from './format.js';
import { Points } from './points.js';

export const STATES = ['live', 'late', 'silent', 'learning', 'irregular'];
export const WORDS = { live: 'Live', late: 'Late', silent: 'Silent', learning: 'Learning', irregular: 'Irregular' };

const FIRST = 100; // sensors that are painted before the others are asked for
const PAGE = 1_000;
const MAKE = 250; // sensors that are made in one go
const FILTER = 4_000;
const ROOM = 375; // points held of a curve: at least the 300 that the console holds

/** Numbers in names sort by their value: T9 before T10. */
const sortKey = (name) => name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));

class Sensor {
  constructor(id) {
    this.id = id;
    this.curve = null; // points of the main field, only while the sensor is in view
    this.version = 0; // changes with each change
  }

  describe(given) {
    if (this.name !== given.name) {
      this.name = given.name;
      this.key = sortKey(given.name);
    }
    this.topic = given.topic ?? '';
    this.measurement = given.measurement;
    this.tags = given.tags;
    this.unit = given.unit ?? '';
    this.field = given.field;
    this.fields = given.fields ?? {};
    this.haystack = `${this.name}\n${this.topic}\n${this.measurement}`.toLowerCase();
    this.#update(given);
    this.value = this.fields[this.field];
  }

  /** Takes a sensor of a frame. */
  live(given) {
    this.#update(given);
    if (given.value !== undefined) {
      this.value = given.value;
      this.fields[this.field] = given.value;
    }
    Object.assign(this.fields, given.fields);
    if (given.curve) {
      this.curve = Points.of(given.curve, ROOM);
    } else if (given.points && this.curve) {
      for (const [time, value] of given.points) {
        // An overlap after a reconnection is no new point.
        if (time > this.curve.last) {
          this.curve.push(time, value);
        }
      }
    }
  }

  #update(given) {
    this.version++;
    this.state = given.state ?? this.state;
    this.last = given.last === undefined ? this.last : millis(given.last);
    this.arrived = given.arrived === undefined ? (this.arrived ?? this.last) : millis(given.arrived);
    for (const figure of ['rate', 'bytesPerSecond', 'period', 'min', 'mean', 'max', 'readings']) {
      if (given[figure] !== undefined) {
        this[figure] = given[figure];
      }
    }
  }
}

export class Directory {
  sensors = new Map();
  total = 0; // as the console says; while pages are loaded, more than are here
  loaded = false;
  #ordered = null; // by name
  #loading = null;

  get(id) {
    return this.sensors.get(id);
  }

  /** Asks for all sensors and forgets those that the console has forgotten; tells after the first page and at the end. */
  load(changed) {
    this.#loading ??= this.#load(changed).finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #load(changed) {
    const seen = new Set();
    const first = await get(`api/sensors?sort=name&page=0&size=${FIRST}`);
    await this.#take(first.sensors, seen);
    this.total = first.total;
    this.loaded = first.total <= first.sensors.length;
    changed();
    for (let page = 0; seen.size < this.total && page * PAGE < this.total; page++) {
      const more = await get(`api/sensors?sort=name&page=${page}&size=${PAGE}`);
      this.total = more.total;
      await this.#take(more.sensors, seen);
    }
    for (const id of this.sensors.keys()) {
      if (!seen.has(id)) {
        this.sensors.delete(id);
      }
    }
    this.loaded = true;
    this.#ordered = null;
    changed();
  }

  async #take(list, seen) {
    for (let from = 0; from < list.length; from += MAKE) {
      for (const given of list.slice(from, from + MAKE)) {
        seen?.add(given.id);
        this.#describe(given);
      }
      if (list.length > MAKE) {
        await pause();
      }
    }
  }

  #describe(given) {
    let sensor = this.sensors.get(given.id);
    if (!sensor) {
      sensor = new Sensor(given.id);
      this.sensors.set(given.id, sensor);
      this.#ordered = null;
    }
    sensor.describe(given);
  }

  /** Asks for single sensors that have appeared. */
  async add(ids) {
    for (const id of ids) {
      await get(`api/sensors/${encodeURIComponent(id)}`).then(
        (given) => this.#describe(given),
        () => {},
      );
    }
  }

  remove(ids) {
    ids.forEach((id) => this.sensors.delete(id));
    this.#ordered = null;
  }

  /** Asks which sensors are in a state; the others that were in it are called live until a frame or the next load says otherwise. */
  async refreshState(state, count) {
    const inState = new Set();
    for (let page = 0; page * PAGE < count; page++) {
      const { sensors } = await get(`api/sensors?state=${state}&page=${page}&size=${PAGE}`);
      await this.#take(sensors, null);
      sensors.forEach(({ id }) => inState.add(id));
    }
    for (const sensor of this.sensors.values()) {
      if (sensor.state === state && !inState.has(sensor.id)) {
        sensor.state = 'live';
        sensor.version++;
      }
    }
  }

  /** The sensors that a person wants to see, in groups, without holding up the page. */
  async arrange({ search, state, sort, group, pinned }) {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    let all = this.#ordered;
    if (all === null) {
      all = this.#ordered = [...this.sensors.values()].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
      await pause();
    }
    let found = [];
    for (let from = 0; from < all.length; from += FILTER) {
      for (const sensor of all.slice(from, from + FILTER)) {
        if ((!state || sensor.state === state) && words.every((word) => sensor.haystack.includes(word))) {
          found.push(sensor);
        }
      }
      if (from + FILTER < all.length) {
        await pause();
      }
    }
    // What is sorted is by name already, and sorting is stable.
    if (sort === 'seen') {
      found.sort((one, other) => (other.arrived || 0) - (one.arrived || 0));
    } else if (sort === 'rate') {
      found.sort((one, other) => (other.rate || 0) - (one.rate || 0));
    } else if (sort === 'attention') {
      found = first(found, (sensor) => sensor.state === 'silent');
    }
    await pause();
    found = first(found, (sensor) => pinned.has(sensor.id));
    await pause();
    return { count: found.length, groups: grouped(found, group) };
  }

  /** How many levels the topics have at most, without the last one, which is mostly the sensor itself. */
  depth() {
    let most = 0;
    for (const { topic } of this.sensors.values()) {
      most = Math.max(most, topic.split('/').length - 1);
    }
    return Math.min(most, 6);
  }
}

function first(sensors, isFirst) {
  const front = sensors.filter(isFirst);
  return front.length === 0 ? sensors : [...front, ...sensors.filter((sensor) => !isFirst(sensor))];
}

/** Groups by the first levels of the topic, or by type; a single group without a name if there is nothing to group by. */
function grouped(sensors, by) {
  if (by === '0') {
    return [{ name: null, sensors }];
  }
  const groups = new Map();
  for (const sensor of sensors) {
    const name = by === 'type' ? sensor.measurement : sensor.topic.split('/', by).join('/');
    const group = groups.get(name);
    if (group) {
      group.push(sensor);
    } else {
      groups.set(name, [sensor]);
    }
  }
  return [...groups]
    .map(([name, members]) => ({ name, sensors: members }))
    .sort((one, other) => (sortKey(one.name) < sortKey(other.name) ? -1 : 1));
}
