// The sensors that a person has selected to compare them.
import { byId, setText } from './page.js';

export const MOST = 8; // More curves in one chart cannot be told apart.

export class Selection {
  ids = new Set();
  #changed;

  constructor(changed) {
    this.#changed = changed;
    byId('clear').addEventListener('click', () => {
      this.ids.clear();
      this.#show();
    });
    byId('compare').addEventListener('click', () => {
      location.hash = `#/sensors/${[...this.ids].join(',')}`;
    });
  }

  /** Adds or removes a sensor; false if there are too many. */
  set(id, selected) {
    if (selected && this.ids.size >= MOST) {
      setText(byId('selected'), `At most ${MOST} sensors fit into one chart`);
      return false;
    }
    if (selected) {
      this.ids.add(id);
    } else {
      this.ids.delete(id);
    }
    this.#show();
    return true;
  }

  #show() {
    const { size } = this.ids;
    byId('selection').hidden = size === 0;
    setText(byId('selected'), size === 1 ? '1 sensor selected' : `${size} sensors selected`);
    setText(byId('compare'), size === 1 ? 'Show' : 'Compare');
    this.#changed();
  }
}
