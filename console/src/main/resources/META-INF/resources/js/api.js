// The console's API: requests, problem documents (RFC 9457) and the access token.
import { byId, setText } from './page.js';

const TOKEN = 'sensorline.token';

export class Problem extends Error {
  constructor(status, title, detail) {
    super(detail || title || `The console answers ${status}`);
    this.status = status;
  }
}

/** A request that carries the token, and asks for one when the console wants it. Throws a Problem, or a TypeError without an answer. */
export async function request(path, { headers = {}, ...options } = {}) {
  for (;;) {
    const token = sessionStorage.getItem(TOKEN);
    const response = await fetch(path, { ...options, headers: token ? { ...headers, Authorization: `Bearer ${token}` } : headers });
    if (response.ok) {
      return response;
    }
    if (response.status === 401 && /^bearer/i.test(response.headers.get('WWW-Authenticate') ?? '')) {
      await login(token);
    } else {
      const problem = await response.json().catch(() => ({}));
      throw new Problem(response.status, problem.title, problem.detail);
    }
  }
}

export const get = async (path, options) => (await request(path, options)).json();

let asking = null;

/** Asks a person for the token; several requests that fail at once ask once. A token that another request has renewed is tried first. */
function login(refused) {
  const known = sessionStorage.getItem(TOKEN);
  if (known !== null && known !== refused) {
    return Promise.resolve();
  }
  asking ??= new Promise((resolve) => {
    const dialog = byId('login');
    const field = byId('token');
    setText(byId('login-wrong'), refused ? 'The console did not accept this token.' : '');
    field.value = '';
    const keepOpen = (event) => event.preventDefault();
    dialog.addEventListener('cancel', keepOpen);
    byId('login-form').addEventListener(
      'submit',
      () => {
        sessionStorage.setItem(TOKEN, field.value.trim());
        field.value = '';
        dialog.removeEventListener('cancel', keepOpen);
        asking = null;
        resolve();
      },
      { once: true },
    );
    dialog.showModal();
  });
  return asking;
}
