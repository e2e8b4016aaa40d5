// The rejected messages of the last minutes, and the setting that would accept each.
import { byId, element, setText } from './page.js';
import { get } from './api.js';
import * as format from './format.js';

const COLUMNS = ['Time', 'Topic', 'Reason', 'Bytes', 'Message', 'Would be accepted with'];
const EACH_MILLIS = 2_000;
const PAYLOAD_CHARACTERS = 200;

export class Rejected {
  #shown = null; // what the table shows, as text
  #last = 0;

  constructor() {
    setText(byId('rejected'), '');
  }

  /** Asks again if it is time to; the table is only made if it is looked at. */
  async refresh(visible, now = Date.now()) {
    if (now - this.#last < EACH_MILLIS) {
      return;
    }
    this.#last = now;
    const { total, rejected } = await get('api/rejected');
    const badge = byId('rejected-count');
    badge.hidden = total === 0;
    setText(badge, format.short(total));
    if (visible) {
      this.#table(rejected);
    }
  }

  /** Asks at once the next time. */
  due() {
    this.#last = 0;
  }

  #table(rejected) {
    const text = JSON.stringify(rejected);
    if (text === this.#shown) {
      return;
    }
    this.#shown = text;
    if (rejected.length === 0) {
      byId('rejected').replaceChildren(element('p', { class: 'calm' }, 'No message was rejected in the last minutes.'));
      return;
    }
    const rows = rejected.map((each) =>
      element(
        'tr',
        {},
        element('td', { class: 'time' }, format.time(format.millis(each.time))),
        element('td', { class: 'topic' }, each.topic),
        element(
          'td',
          {},
          element('strong', {}, readable(each.reason)),
          each.detail ? element('div', { class: 'note' }, each.detail) : null,
        ),
        element('td', { class: 'amount' }, format.bytes(each.size)),
        element('td', {}, payload(each)),
        element('td', {}, each.accept ? element('code', {}, each.accept) : element('span', { class: 'note' }, 'no setting')),
      ),
    );
    byId('rejected').replaceChildren(
      element(
        'div',
        { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Table of rejected messages' },
        element(
          'table',
          {},
          element('thead', {}, element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, name)))),
          element('tbody', {}, ...rows),
        ),
      ),
    );
  }
}

const readable = (reason) => (reason ? reason.replaceAll('_', ' ') : 'rejected');

function payload({ payload: text, payloadBase64: base64 }) {
  if (typeof text === 'string') {
    return element(
      'code',
      { class: 'payload' },
      text.length > PAYLOAD_CHARACTERS ? `${text.slice(0, PAYLOAD_CHARACTERS)}…` : text || '(empty)',
    );
  }
  if (base64) {
    return element('code', { class: 'payload', title: 'not text: shown in Base64' }, base64.slice(0, PAYLOAD_CHARACTERS));
  }
  return element('span', { class: 'note' }, '(empty)');
}
