// The small curves of cards and tiles. They are SVG and not canvases: the browser makes a layer of its own for each canvas and puts all of
// them together again in each frame, which cost more than half of a core for 60 canvases and costs little for 60 paths.

const SVG = 'http://www.w3.org/2000/svg';
const EDGE = 3; // pixels around the line, for its width and its last point

export class Curve {
  #svg;
  #area = document.createElementNS(SVG, 'path');
  #line = document.createElementNS(SVG, 'path');
  #end = document.createElementNS(SVG, 'circle');

  constructor(svg) {
    this.#svg = svg;
    this.#area.setAttribute('class', 'area');
    this.#line.setAttribute('class', 'line');
    this.#end.setAttribute('class', 'end');
    this.#end.setAttribute('r', '2.5');
    svg.classList.add('nothing');
    svg.append(this.#area, this.#line, this.#end);
  }

  /**
   * Draws points between two times, into a width and height in pixels.
   * @param gap milliseconds without a reading after which the line is interrupted
   * @param floor a value that the curve stands on, such as 0 of a rate; without it, the lowest value
   */
  draw(points, { from, to, gap, width, height, floor = Infinity }) {
    let start = 0;
    while (start < points.length && points.time(start) < from) {
      start++;
    }
    let low = floor;
    let high = -Infinity;
    for (let index = start; index < points.length; index++) {
      const value = points.value(index);
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    this.#svg.classList.toggle('nothing', high === -Infinity);
    if (high === -Infinity) {
      return;
    }
    const scaleX = (width - 2 * EDGE) / (to - from);
    const scaleY = high > low ? (height - 2 * EDGE) / (high - low) : 0;
    const level = floor === Infinity ? height / 2 : height - EDGE; // of values that are all the same
    // A tenth of a pixel is exact enough, and makes short texts.
    const x = (time) => Math.round((EDGE + (time - from) * scaleX) * 10) / 10;
    const y = (value) => Math.round((scaleY === 0 ? level : height - EDGE - (value - low) * scaleY) * 10) / 10;
    let line = '';
    let area = '';
    let part = '';
    let [begun, left, top, previous] = [0, 0, 0, -Infinity];
    for (let index = start; index < points.length; index++) {
      const time = points.time(index);
      if (time - previous > gap || index === start) {
        area += part === '' ? '' : `M${begun} ${height}L${part}V${height}Z`;
        line += part === '' ? '' : `M${part}`;
        part = '';
        begun = x(time);
      }
      left = x(time);
      top = y(points.value(index));
      part += part === '' ? `${left} ${top}` : `L${left} ${top}`;
      previous = time;
    }
    this.#area.setAttribute('d', `${area}M${begun} ${height}L${part}V${height}Z`);
    this.#line.setAttribute('d', `${line}M${part}`);
    this.#end.setAttribute('cx', left);
    this.#end.setAttribute('cy', top);
  }
}
