// Numbers, times and CSV as people read them.

/** Makes something when it is first needed: a format of numbers takes milliseconds, which the start of the page does not have. */
export function lazy(make) {
  let made = null;
  return () => (made ??= make());
}

const formats = Array.from({ length: 5 }, (_, digits) =>
  lazy(() => new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })),
);
const significant = lazy(() => new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }));
const exact = lazy(() => new Intl.NumberFormat('en', { maximumSignificantDigits: 17, useGrouping: false }));
const clock = lazy(() => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }));
const dated = lazy(
  () => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
);

export const NOTHING = '–';

/** How many digits behind the point the numbers of a range need; its ends decide, so that the text of a card keeps its width. */
function digitsFor(low, high) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (Number.isInteger(low) && Number.isInteger(high) && size >= 1) {
    return 0;
  }
  return size >= 10_000 ? 0 : size >= 1_000 ? 1 : size >= 1 ? 2 : 4;
}

/** A reading of a sensor whose window reaches from low to high. */
export function value(number, low = number, high = number) {
  if (typeof number !== 'number') {
    return number === null || number === undefined ? NOTHING : String(number);
  }
  const size = Math.abs(number);
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) {
    return number.toExponential(3);
  }
  const digits = Number.isInteger(number) ? digitsFor(low, high) : Math.max(digitsFor(low, high), digitsFor(number, number));
  return formats[digits]().format(number);
}

/** All digits of a number. */
export const whole = (number) => (typeof number === 'number' ? exact().format(number) : value(number));

/** A number of a few digits, such as a rate. */
export function short(number) {
  if (typeof number !== 'number') {
    return NOTHING;
  }
  return number >= 1e6
    ? `${significant().format(number / 1e6)} M`
    : number >= 100
      ? formats[0]().format(number)
      : significant().format(number);
}

export const rate = (perSecond) => (typeof perSecond === 'number' ? `${short(perSecond)}/s` : NOTHING);

/** Bytes with a unit of powers of ten. */
export function bytes(number) {
  if (typeof number !== 'number') {
    return NOTHING;
  }
  return number >= 1e6
    ? `${significant().format(number / 1e6)} MB`
    : number >= 1e4
      ? `${significant().format(number / 1e3)} kB`
      : `${short(number)} B`;
}

/** A time span from seconds. */
export function span(seconds) {
  if (seconds < 90) {
    return `${Math.max(0, Math.floor(seconds))} s`;
  }
  if (seconds < 5_400) {
    return `${Math.floor(seconds / 60)} min`;
  }
  return seconds < 129_600 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** A period from seconds, with the digits that it needs. */
export const period = (seconds) => (seconds < 90 ? `${significant().format(seconds)} s` : span(seconds));

const sameDay = (one, other) => new Date(one).toDateString() === new Date(other).toDateString();

/** A time of day; with the date if it was another day. */
export const time = (millis) => (Number.isFinite(millis) ? (sameDay(millis, Date.now()) ? clock : dated)().format(millis) : NOTHING);

export const millis = (timestamp) => (typeof timestamp === 'number' ? timestamp : timestamp ? Date.parse(timestamp) : NaN);

/** The time in a file's name. */
export const stamp = (at) => new Date(at).toISOString().slice(0, 19).replaceAll(':', '');

/** A row of CSV (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe. */
export const csvRow = (cells) =>
  `${cells
    .map((cell) => {
      if (cell === null || cell === undefined || Number.isNaN(cell)) {
        return '';
      }
      const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',')}\r\n`;
