// The live stream: server-sent events read by fetch, because EventSource can send no token. It connects again by itself, and tells
// the console which sensors are in view.
import { request, Problem } from './api.js';
import { pause } from './page.js';

const QUIET_MILLIS = 25_000; // The console sends at least a comment every 10 s.
const RETRY_MILLIS = [300, 1_000, 2_000, 4_000, 8_000];
const VIEW_MILLIS = 120; // While a person scrolls, the view is told at most this often.
const IDS_IN_ADDRESS = 60; // An address has at most some 4,000 characters; the whole view follows.

export class Stream {
  #listener;
  #view = [];
  #told = null; // the view that the console knows, as text
  #token = null; // of the open stream
  #lastId = null;
  #retries = 0;
  #wake = null;
  #telling = false;
  #aborted = null;

  /**
   * The listener has hello, frame and stale (data of the events); away (the problem, or null without an answer); viewed (ids that the
   * console sends from now on); and has (whether the page has all of a sensor that was sent so far).
   */
  constructor(listener) {
    this.#listener = listener;
    globalThis.addEventListener('online', () => this.#tryNow());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#tryNow());
  }

  /** Connects, and never ends. */
  async run() {
    for (;;) {
      await this.#once().catch((error) => this.#listener.away(error instanceof Problem ? error : null));
      this.#token = null;
      const base = RETRY_MILLIS[Math.min(this.#retries++, RETRY_MILLIS.length - 1)];
      await new Promise((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, base * (0.75 + Math.random() / 2));
      });
    }
  }

  /** Sensors to send from now on, at most 200. */
  setView(ids) {
    this.#view = ids.slice(0, 200);
    this.#tell();
  }

  #tryNow() {
    this.#retries = 0;
    this.#wake?.();
  }

  async #once() {
    // What came after the last event is only of use for what was there before; the rest is sent whole once the view is told.
    const resumed = this.#lastId ? this.#view.filter((id) => this.#listener.has(id)) : this.#view;
    const asked = resumed
      .slice(0, IDS_IN_ADDRESS)
      .map((id) => `id=${id}`)
      .join('&');
    const resumes = this.#lastId && asked ? { 'Last-Event-ID': this.#lastId } : {};
    const abort = new AbortController();
    this.#aborted = abort;
    let quiet = setTimeout(() => abort.abort(), QUIET_MILLIS);
    try {
      const response = await request(`api/stream${asked ? `?${asked}` : ''}`, {
        cache: 'no-store',
        signal: abort.signal,
        headers: { Accept: 'text/event-stream', ...resumes },
      });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        clearTimeout(quiet);
        if (done) {
          throw new TypeError('The stream has ended');
        }
        quiet = setTimeout(() => abort.abort(), QUIET_MILLIS);
        const events = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
        rest = events.pop();
        for (const event of events) {
          this.#take(event);
          await pause(); // Frames that have waited are not taken in one long task.
        }
      }
    } finally {
      clearTimeout(quiet);
      abort.abort();
    }
  }

  #take(text) {
    let name = 'message';
    let id = null;
    const data = [];
    for (const line of text.split('\n')) {
      const colon = line.indexOf(':');
      const content = line.slice(colon + 1).replace(/^ /, '');
      switch (line.slice(0, colon)) {
        case 'event':
          name = content;
          break;
        case 'id':
          id = content;
          break;
        case 'data':
          data.push(content);
          break;
        default: // a comment
      }
    }
    if (data.length === 0) {
      return;
    }
    const content = JSON.parse(data.join('\n'));
    this.#lastId = id ?? this.#lastId;
    if (name === 'hello') {
      this.#token = content.stream;
      this.#retries = 0;
      this.#told = null;
      this.#listener.hello(content);
      this.#tell();
    } else if (name === 'frame') {
      this.#listener.frame(content);
    } else if (name === 'stale') {
      this.#listener.stale(content);
    }
  }

  async #tell() {
    if (this.#telling) {
      return;
    }
    this.#telling = true;
    try {
      while (this.#token !== null && this.#view.join() !== this.#told) {
        const ids = this.#view;
        await request(`api/streams/${encodeURIComponent(this.#token)}/view`, {
          method: 'PUT',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ ids }),
        });
        this.#told = ids.join();
        this.#listener.viewed(ids);
        await new Promise((resolve) => {
          setTimeout(resolve, VIEW_MILLIS);
        });
      }
    } catch (error) {
      if (error.status === 404) {
        this.#aborted?.abort(); // The console does not know this stream any more.
      } else {
        setTimeout(() => this.#tell(), 1_000);
      }
    } finally {
      this.#telling = false;
    }
  }
}
