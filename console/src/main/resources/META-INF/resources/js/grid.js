// The list of cards. Only cards in view, and one screen around them, are in the document.
import { byId, element, setText, shape } from './page.js';
import { Card } from './card.js';

const CARD_HEIGHT = 196;
const CARD_WIDTH = 270; // at least
const GAP = 12;
const TITLE_HEIGHT = 44;
// As many cards are filled in one frame: laying them out and painting them takes longer than to fill them.
const FILL_CARDS = 6;
const FILL_MILLIS = 3;
const SLICE = 12; // cards that are moved in the document in one frame, so that no task is long
const IDLE_MILLIS = 250;
const SOON_MILLIS = 30;
const MOST_CARDS = 150; // A stream carries at most 200 sensors; charts need some of them.

export class Grid {
  isFilling = false; // cards; they are up to date when they are
  #container = byId('grid');
  #rows = []; // { top, title, group } or { top, from, sensors }
  #order = []; // all sensors of unfolded groups
  #listed = new Set(); // the same
  #cards = new Map(); // by id
  #titles = new Map(); // by name
  #free = new Map(); // cards in the document that show nothing of the list any more, by place
  #spare = []; // cards outside the document
  #groups = [];
  #folded = new Set();
  #columns = 1;
  #width = 0;
  #wanted = false;
  #ordering = null;
  #model;

  /** The model has pinned and selected (sets of ids), viewChanged(ids), changed() and window, now(). */
  constructor(model) {
    this.#model = model;
    this.#container.addEventListener('keydown', (event) => this.#moveFocus(event));
    addEventListener('scroll', () => this.#soon(), { passive: true });
    addEventListener('resize', () => this.#soon());
    new ResizeObserver(() => {
      this.#lay();
      this.render();
    }).observe(this.#container);
  }

  get cards() {
    return this.#cards.values();
  }

  card(id) {
    return this.#cards.get(id);
  }

  /** Sets what is listed. */
  arrange(groups) {
    this.#groups = groups;
    this.#lay();
    // After the frame that lays out the new height, so that both are not one long task.
    requestAnimationFrame(() => setTimeout(() => this.render()));
  }

  #lay() {
    const width = this.#container.clientWidth;
    if (width === 0) {
      return; // The view is hidden.
    }
    this.#columns = Math.max(1, Math.floor((width + GAP) / (CARD_WIDTH + GAP)));
    this.#width = Math.floor((width - GAP * (this.#columns - 1)) / this.#columns);
    this.#rows = [];
    this.#order = [];
    let top = 0;
    for (const { name, sensors } of this.#groups) {
      if (name !== null) {
        this.#rows.push({ top, title: name, count: sensors.length });
        top += TITLE_HEIGHT;
        if (this.#folded.has(name)) {
          continue;
        }
      }
      for (let from = 0; from < sensors.length; from += this.#columns) {
        this.#rows.push({ top, from: this.#order.length, sensors: sensors.slice(from, from + this.#columns) });
        this.#order.push(...this.#rows.at(-1).sensors);
        top += CARD_HEIGHT + GAP;
      }
    }
    this.#listed = new Set(this.#order);
    this.#container.style.height = `${top}px`;
  }

  #soon() {
    if (!this.#wanted) {
      this.#wanted = true;
      requestAnimationFrame(() => {
        this.#wanted = false;
        this.render();
      });
    }
  }

  /** The first row that ends below a height. */
  #rowAt(height) {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle].top + CARD_HEIGHT < height) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Puts the cards in view into the document. */
  render() {
    const end = performance.now() + FILL_MILLIS;
    const offset = -this.#container.getBoundingClientRect().top;
    const screen = innerHeight;
    const shown = new Map();
    const titles = new Map();
    // In view first, then below, then above: the bound cuts what is farthest.
    const bands = [
      [offset, offset + screen],
      [offset + screen, offset + 1.25 * screen],
      [offset - 0.25 * screen, offset],
    ];
    for (const [from, to] of bands) {
      for (let index = this.#rowAt(from); index < this.#rows.length && this.#rows[index].top < to; index++) {
        const row = this.#rows[index];
        if (row.title !== undefined) {
          titles.set(row.title, row);
        } else if (shown.size + row.sensors.length <= MOST_CARDS) {
          row.sensors.forEach((sensor, column) =>
            shown.set(sensor.id, { sensor, position: row.from + column, left: column * (this.#width + GAP), top: row.top }),
          );
        }
      }
    }
    this.#setFree(shown);
    const missing = [];
    for (const [id, place] of shown) {
      const card = this.#cards.get(id);
      if (card) {
        this.#show(card, place);
      } else {
        missing.push(place);
      }
    }
    let filled = 0;
    while (filled < missing.length && (filled === 0 || (filled < FILL_CARDS && performance.now() < end))) {
      const place = missing[filled++];
      const card = this.#takeFree(place) ?? this.#spare.pop() ?? new Card();
      this.#cards.set(place.sensor.id, card);
      this.#show(card, place);
      if (!card.element.isConnected) {
        this.#container.append(card.element);
      }
    }
    this.isFilling = filled < missing.length;
    if (!this.isFilling) {
      this.#removeFree();
    } else {
      this.#soon();
    }
    this.#renderTitles(titles);
    this.#model.viewChanged([...shown.keys()]);
    clearTimeout(this.#ordering);
    this.#ordering = setTimeout(() => this.#sortDocument(), IDLE_MILLIS);
  }

  /** Shows a sensor in a card, which changes its place with a free card that is there. */
  #show(card, { sensor, position, left, top }) {
    const covered = this.#free.get(`${left} ${top}`);
    if (covered && card.element.isConnected) {
      this.#free.delete(`${left} ${top}`);
      covered.place(card.left, card.top);
      this.#addFree(covered);
    }
    const { pinned, selected } = this.#model;
    card.show(sensor, position, this.#order.length, this.#width, { pinned: pinned.has(sensor.id), selected: selected.has(sensor.id) });
    card.place(left, top);
    card.paint(this.#model.now(), this.#model.window);
  }

  /**
   * Frees the cards that are no longer shown. They stay in the document until all cards are filled, because there they are the cheapest
   * to fill.
   */
  #setFree(shown) {
    for (const [id, card] of this.#cards) {
      // A card with the focus stays, so that the keyboard goes on from there; not if its sensor is no longer listed.
      if (!shown.has(id) && !(card.element.contains(document.activeElement) && this.#listed.has(card.sensor))) {
        this.#cards.delete(id);
        this.#addFree(card);
      }
    }
  }

  #addFree(card) {
    const place = `${card.left} ${card.top}`;
    if (this.#free.has(place)) {
      this.#remove(card);
    } else {
      this.#free.set(place, card);
    }
  }

  /** A free card: the one at this place, which would cover the new one, else any. */
  #takeFree({ left, top }) {
    const place = `${left} ${top}`;
    const key = this.#free.has(place) ? place : this.#free.keys().next().value;
    const card = this.#free.get(key);
    this.#free.delete(key);
    return card;
  }

  #removeFree() {
    this.#free.forEach((card) => this.#remove(card));
    this.#free.clear();
  }

  #remove(card) {
    card.element.remove();
    if (this.#spare.length < MOST_CARDS) {
      this.#spare.push(card);
    }
  }

  #renderTitles(titles) {
    for (const [name, title] of this.#titles) {
      if (!titles.has(name)) {
        this.#titles.delete(name);
        title.element.remove();
      }
    }
    for (const [name, row] of titles) {
      let title = this.#titles.get(name);
      if (!title) {
        title = { element: this.#title(name) };
        this.#titles.set(name, title);
        this.#container.append(title.element);
      }
      title.top = row.top;
      title.element.style.transform = `translateY(${row.top}px)`;
      setText(title.element.querySelector('.members'), row.count === 1 ? '1 sensor' : `${row.count} sensors`);
      title.element.querySelector('button').setAttribute('aria-expanded', !this.#folded.has(name));
    }
  }

  /**
   * Brings the document into the order of the page, which Tab and screen readers follow: moves as few elements as possible, a few in each
   * frame, and never the one with the focus.
   */
  #sortDocument() {
    const wanted = [...this.#cards.values(), ...this.#titles.values()]
      .sort((one, other) => one.top - other.top || one.left - other.left)
      .map(({ element: each }) => each);
    const places = new Map(wanted.map((each, place) => [each, place]));
    const present = [...this.#container.children].filter((each) => places.has(each));
    const staying = inOrder(
      present,
      (each) => places.get(each),
      present.find((each) => each.contains(document.activeElement)),
    );
    let moved = 0;
    for (let place = wanted.length - 1; place >= 0; place--) {
      if (!staying.has(wanted[place])) {
        if (moved++ === SLICE) {
          this.#ordering = setTimeout(() => this.#sortDocument(), SOON_MILLIS);
          return;
        }
        // What comes behind it is in its place already.
        this.#container.insertBefore(wanted[place], wanted[place + 1] ?? null);
      }
    }
  }

  #title(name) {
    const button = element(
      'button',
      { type: 'button' },
      shape('fold'),
      element('span', {}, name || 'without a topic'),
      element('span', { class: 'members' }),
    );
    button.addEventListener('click', () => {
      if (!this.#folded.delete(name)) {
        this.#folded.add(name);
      }
      this.#lay();
      this.render();
    });
    return element('div', { class: 'title', role: 'listitem' }, element('h3', {}, button));
  }

  /** Arrow keys, Home and End move between the names of cards. */
  #moveFocus(event) {
    const current = event.target.closest?.('.card');
    if (!current || !event.target.classList.contains('name')) {
      return;
    }
    const index = this.#order.findIndex((sensor) => sensor.id === current.dataset.id);
    const next = {
      ArrowRight: index + 1,
      ArrowLeft: index - 1,
      ArrowDown: index + this.#columns,
      ArrowUp: index - this.#columns,
      Home: 0,
      End: this.#order.length - 1,
    }[event.key];
    if (next === undefined || !this.#order[next]) {
      return;
    }
    event.preventDefault();
    const row = this.#rows.find(({ from, sensors }) => sensors && next >= from && next < from + sensors.length);
    const top = this.#container.getBoundingClientRect().top + row.top;
    const above = byId('toolbar').getBoundingClientRect().bottom;
    if (top < above || top + CARD_HEIGHT > innerHeight) {
      scrollBy(0, top < above ? top - above - GAP : top + CARD_HEIGHT + GAP - innerHeight);
      this.render();
    }
    this.#cards.get(this.#order[next].id)?.name.focus({ preventScroll: true });
  }
}

/** As many elements as can stay so that those that stay are in order: the longest increasing subsequence, with a fixed one in it. */
function inOrder(elements, placeOf, fixed) {
  const at = elements.indexOf(fixed);
  const chosen = elements.filter((each, index) => fixed === undefined || each === fixed || index < at === placeOf(each) < placeOf(fixed));
  const best = []; // for each element: how many stay up to it, and which is the one before it
  chosen.forEach((each, index) => {
    best[index] = { length: 1, before: -1 };
    for (let earlier = 0; earlier < index; earlier++) {
      if (placeOf(chosen[earlier]) < placeOf(each) && best[earlier].length >= best[index].length) {
        best[index] = { length: best[earlier].length + 1, before: earlier };
      }
    }
  });
  const staying = new Set();
  let last = best.reduce((most, { length }, index) => (most < 0 || length > best[most].length ? index : most), -1);
  for (; last >= 0; last = best[last].before) {
    staying.add(chosen[last]);
  }
  return staying;
}
