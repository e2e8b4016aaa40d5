// Small helpers for the document. Text from outside is only ever set as text.

export const byId = (id) => document.getElementById(id);

/** An element with properties and children; strings become text. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'class') {
      made.className = value;
    } else if (key in made) {
      made[key] = value;
    } else {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** One of the page's symbols. A word beside it says the same. */
export function shape(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'shape');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#shape-${name}`);
  svg.append(use);
  return svg;
}

/** Sets text only where it differs: the browser lays out nothing for text that stays. */
export function setText(node, text) {
  const first = node.firstChild;
  if (first === null) {
    node.textContent = text;
  } else if (first.data !== text) {
    first.data = text;
  }
}

/** Lets the browser paint and take input between two chunks of work. */
export const pause = () =>
  globalThis.scheduler?.yield
    ? scheduler.yield()
    : new Promise((resolve) => {
        setTimeout(resolve);
      });

/** Offers text as a file to save. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** What a person chose last time; a browser that keeps nothing is no error. */
export const memory = {
  get(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`sensorline.${key}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`sensorline.${key}`, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden: the choice lasts as long as the page.
    }
  },
};
