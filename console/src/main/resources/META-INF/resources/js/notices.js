// What is wrong now, in words, at the top of the page. A notice is put there once and taken away once, so that a screen reader says it once.
import { byId, element, setText, shape } from './page.js';

const shown = new Map(); // by kind: { item, timer }

/**
 * Shows a notice of a kind, in place of an earlier one of the same kind.
 * @param level 'bad', 'warning' or 'good'
 * @param millis how long it stays; without it, until hide
 * @param action { label, run } of a button
 */
export function notice(kind, level, text, { millis = 0, action = null } = {}) {
  let known = shown.get(kind);
  clearTimeout(known?.timer);
  if (!known || known.level !== level) {
    known?.item.remove();
    const words = element('span', { class: 'words' });
    const item = element('div', { class: `notice ${level}` }, shape(level === 'good' ? 'up' : level === 'bad' ? 'down' : 'late'), words);
    if (action) {
      const button = element('button', { type: 'button' }, action.label);
      button.addEventListener('click', action.run);
      item.append(button);
    }
    known = { item, words, level };
    shown.set(kind, known);
    byId('notices').append(item);
  }
  setText(known.words, text);
  known.timer = millis > 0 ? setTimeout(() => hide(kind), millis) : null;
}

export function hide(kind) {
  const known = shown.get(kind);
  if (known) {
    clearTimeout(known.timer);
    known.item.remove();
    shown.delete(kind);
  }
}
