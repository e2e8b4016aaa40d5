// Who sends the most: rates by topic level.
import { byId, element } from './page.js';
import * as format from './format.js';

const RATES = [
  ['readingsPerSecond', 'Readings/s', format.short],
  ['bytesPerSecond', 'Bytes/s', format.bytes],
];

export class Traffic {
  #by = 'readingsPerSecond';
  #levels = [];

  show(levels = []) {
    this.#levels = levels;
    if (levels.length === 0) {
      byId('traffic').replaceChildren(element('p', { class: 'calm' }, 'No reading has arrived yet.'));
      return;
    }
    const focused = document.activeElement?.dataset.by;
    const most = Math.max(...levels.map((level) => level[this.#by])) || 1;
    const heads = RATES.map(([key, label]) => {
      const button = element('button', { type: 'button' }, label);
      button.dataset.by = key;
      button.addEventListener('click', () => {
        this.#by = key;
        this.show(this.#levels);
      });
      return element('th', { scope: 'col', class: 'amount', 'aria-sort': key === this.#by ? 'descending' : 'none' }, button);
    });
    const rows = levels
      .toSorted((one, other) => other[this.#by] - one[this.#by])
      .map((level) => {
        const bar = element('div', { class: 'bar' });
        bar.style.width = `${Math.max(1, (100 * level[this.#by]) / most)}%`;
        return element(
          'tr',
          {},
          element('th', { scope: 'row', class: 'topic' }, level.topic),
          ...RATES.map(([key, , show]) => element('td', { class: 'amount' }, show(level[key]))),
          element('td', { class: 'share', 'aria-hidden': 'true' }, bar),
        );
      });
    byId('traffic').replaceChildren(
      element(
        'div',
        { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Table of traffic by topic' },
        element(
          'table',
          {},
          element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Topic'), ...heads, element('td', {}))),
          element('tbody', {}, ...rows),
        ),
      ),
    );
    if (focused) {
      byId('traffic').querySelector(`[data-by="${focused}"]`)?.focus();
    }
  }
}
