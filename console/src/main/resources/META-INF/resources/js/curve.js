// The small curves of cards and tiles: one canvas each, drawn only when its data or its size has changed.

let colours = null;

/** Forgets the colours, as the theme has changed. */
export const themeChanged = () => { colours = null; };

/** The theme's colours, as the browser resolves them. */
export function palette() {
  if (!colours) {
    const probe = document.createElement('span');
    document.body.append(probe);
    const resolved = (name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    colours = { curve: resolved('curve'), fill: resolved('curve-fill'), quiet: resolved('quiet'), grid: resolved('line'), text: resolved('muted'),
      series: Array.from({ length: 8 }, (_, index) => resolved(`series-${index + 1}`)) };
    probe.remove();
  }
  return colours;
}

/** Fits a canvas to its place on the page, in device pixels. */
export function fit(canvas, width, height) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
  const [pixels, lines] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== pixels || canvas.height !== lines) {
    canvas.width = pixels;
    canvas.height = lines;
  }
}

/**
 * Draws [[ms, value], …] between two times.
 * @param gap milliseconds without a reading after which the line is interrupted
 * @param quiet whether the curve is drawn in grey, as that of a silent sensor
 */
export function draw(canvas, points, from, to, gap, quiet = false) {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
  context.clearRect(0, 0, width, height);
  let start = 0;
  while (start < points.length && points[start][0] < from) {
    start++;
  }
  let low = Infinity;
  let high = -Infinity;
  for (let index = start; index < points.length; index++) {
    const value = points[index][1];
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  if (low > high) {
    return;
  }
  const { curve, fill, quiet: grey } = palette();
  const edge = 3 * ratio;
  const scaleX = (width - 2 * edge) / (to - from);
  const scaleY = high > low ? (height - 2 * edge) / (high - low) : 0;
  const x = (time) => edge + (time - from) * scaleX;
  const y = (value) => (scaleY === 0 ? height / 2 : height - edge - (value - low) * scaleY);
  const line = new Path2D();
  const area = new Path2D();
  let previous = -Infinity;
  let begun = 0;
  for (let index = start; index < points.length; index++) {
    const [time, value] = points[index];
    const [left, top] = [x(time), y(value)];
    if (time - previous > gap) {
      if (index > start) {
        area.lineTo(x(previous), height);
        area.lineTo(begun, height);
      }
      line.moveTo(left, top);
      area.moveTo(left, height);
      begun = left;
    } else {
      line.lineTo(left, top);
    }
    area.lineTo(left, top);
    previous = time;
  }
  area.lineTo(x(previous), height);
  area.lineTo(begun, height);
  context.fillStyle = fill;
  context.fill(area);
  context.strokeStyle = quiet ? grey : curve;
  context.lineWidth = 1.5 * ratio;
  context.lineJoin = 'round';
  context.stroke(line);
  const last = points[points.length - 1];
  context.fillStyle = quiet ? grey : curve;
  context.beginPath();
  context.arc(x(last[0]), y(last[1]), 2.5 * ratio, 0, 7);
  context.fill();
}
