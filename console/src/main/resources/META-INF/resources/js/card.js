// One card, which shows one sensor after the other as the list is scrolled.
import { byId, setText } from './page.js';
import { WORDS } from './directory.js';
import * as format from './format.js';
import { Curve } from './curve.js';
import { Points } from './points.js';

const NOTHING = new Points(0);
const CURVE_HEIGHT = 48;
// Characters that surely fit into the smallest card.
const LONG_NAME = 16;
const LONG_KIND = 28;
const LONG_VALUE = 7;
const LONG_FIGURE = 7;
const CURVE_MILLIS = 5_000; // after which a curve has moved so far that it is drawn again

export class Card {
  sensor = null;
  #drawn = ''; // what the curve shows
  #turn = Math.random() * CURVE_MILLIS; // so that not all curves are drawn again in one frame
  #version = -1;
  #shape = '';
  #shown = ''; // place in the list and marks
  #width = 0;

  constructor() {
    this.element = byId('card-template').content.firstElementChild.cloneNode(true);
    const part = (selector) => this.element.querySelector(selector);
    this.name = part('.name');
    this.pin = part('.pin');
    this.pick = part('.pick input');
    this.kind = part('.kind');
    this.value = part('.number');
    this.unit = part('.unit');
    this.use = part('.state use');
    this.word = part('.word');
    this.age = part('.age');
    this.curve = new Curve(part('.curve'));
    this.figures = ['rate', 'min', 'mean', 'max'].map((name) => part(`.${name}`));
  }

  /** Shows a sensor at a place of the list. */
  show(sensor, position, count, width, { pinned, selected }) {
    if (this.sensor !== sensor) {
      this.sensor = sensor;
      this.#version = -1;
      this.#drawn = '';
      this.#shown = '';
      this.element.dataset.id = sensor.id;
    }
    const shown = `${position} ${count} ${pinned} ${selected} ${sensor.name}`;
    if (this.#shown !== shown) {
      this.#shown = shown;
      this.element.ariaPosInSet = position + 1;
      this.element.ariaSetSize = count;
      this.#mark(pinned, selected);
    }
    if (this.#width !== width) {
      this.#width = width;
      this.#drawn = '';
      this.element.style.width = `${width}px`;
    }
  }

  /** Puts the card at a place of the list, in pixels. */
  place(left, top) {
    if (this.left !== left || this.top !== top) {
      this.left = left;
      this.top = top;
      this.element.style.left = `${left}px`;
      this.element.style.top = `${top}px`;
    }
  }

  #mark(pinned, selected) {
    this.pin.setAttribute('aria-pressed', pinned);
    this.pin.setAttribute('aria-label', `Pin ${this.sensor.name}`);
    this.pin.title = pinned ? 'Pinned: stays in front' : 'Pin in front';
    this.pick.checked = selected;
    this.pick.setAttribute('aria-label', `Select ${this.sensor.name} to compare`);
    this.element.classList.toggle('selected', selected);
  }

  /** Writes what has changed since the last time. */
  paint(now, window) {
    const { sensor } = this;
    this.tick(now);
    if (this.#version !== sensor.version) {
      this.#version = sensor.version;
      const { min, mean, max } = sensor;
      setShort(this.name, sensor.name, LONG_NAME);
      this.name.title = sensor.topic || sensor.name;
      setShort(this.kind, kindOf(sensor), LONG_KIND);
      const value = format.value(sensor.value, min ?? undefined, max ?? undefined);
      setText(this.value, value);
      this.value.parentNode.classList.toggle('long', value.length + sensor.unit.length > LONG_VALUE);
      setText(this.unit, sensor.unit);
      if (this.#shape !== sensor.state) {
        this.#shape = sensor.state;
        this.use.setAttribute('href', `#shape-${sensor.state}`);
        setText(this.word, WORDS[sensor.state] ?? sensor.state);
        this.element.dataset.state = sensor.state;
      }
      const figures = [format.rate(sensor.rate), ...[min, mean, max].map((number) => format.value(number, min, max))];
      this.figures.forEach((node, index) => setShort(node, figures[index], LONG_FIGURE));
    }
    this.#paintCurve(now, window);
  }

  /** The seconds since the last reading. */
  tick(now) {
    const { arrived } = this.sensor;
    setText(this.age, Number.isFinite(arrived) ? `${format.span((now - arrived) / 1_000)} ago` : '');
  }

  #paintCurve(now, window) {
    const { sensor } = this;
    const last = sensor.curve?.last ?? 0;
    // The curve moves with time as well, but not more often than every few seconds.
    const drawn = `${last} ${sensor.curve?.length ?? 0} ${Math.floor((now + this.#turn) / CURVE_MILLIS)}`;
    if (this.#drawn === drawn) {
      return;
    }
    this.#drawn = drawn;
    const gap = sensor.period ? Math.max(3.5 * sensor.period * 1_000, 1_500) : Infinity;
    this.curve.draw(sensor.curve ?? NOTHING, { from: now - window, to: Math.max(now, last), gap, width: this.#width - 2, height: CURVE_HEIGHT });
  }
}

function setShort(node, text, long) {
  setText(node, text);
  node.classList.toggle('long', text.length > long);
}

/** Type and further fields in one line. */
function kindOf(sensor) {
  const others = Object.entries(sensor.fields)
    .filter(([name]) => name !== sensor.field && name !== 'unit')
    .slice(0, 3);
  return [sensor.measurement, ...others.map(([name, value]) => `${name} ${format.value(value)}`)].join(' · ');
}
