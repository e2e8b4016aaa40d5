// The points of a curve: times in milliseconds, and values. An array for each point would take four times the memory.

/** A curve that holds up to so many points: when it is full, the oldest fifth leaves. */
export class Points {
  #numbers; // time and value of each point
  length = 0;

  constructor(room) {
    this.#numbers = new Float64Array(2 * room);
  }

  /** Of [[ms, value], …], with room for more. */
  static of(pairs, room = 0) {
    const points = new Points(Math.max(room, pairs.length));
    for (const [time, value] of pairs) {
      points.push(time, value);
    }
    return points;
  }

  time(index) {
    return this.#numbers[2 * index];
  }

  value(index) {
    return this.#numbers[2 * index + 1];
  }

  /** The time of the last point; 0 without one. */
  get last() {
    return this.length === 0 ? 0 : this.time(this.length - 1);
  }

  push(time, value) {
    if (2 * this.length === this.#numbers.length) {
      const gone = Math.ceil(this.length / 5);
      this.#numbers.copyWithin(0, 2 * gone);
      this.length -= gone;
    }
    this.#numbers[2 * this.length] = time;
    this.#numbers[2 * this.length + 1] = value;
    this.length++;
  }

  /** [ms, value] of each. */
  *[Symbol.iterator]() {
    for (let index = 0; index < this.length; index++) {
      yield [this.time(index), this.value(index)];
    }
  }
}
