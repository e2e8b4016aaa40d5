// Processes for checks in a browser: broker, store, ingestor, simulators and console, each on a free port of this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE_MILLIS = 60_000;

export const pause = (millis) =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

/** Waits until something is true. */
export async function until(what, isTrue, millis = PATIENCE_MILLIS) {
  for (const end = Date.now() + millis; Date.now() < end; await pause(100)) {
    if (await Promise.resolve(isTrue()).catch(() => false)) {
      return;
    }
  }
  throw new Error(`not within ${millis / 1_000} s: ${what}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

const answers = (url) =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

/** A process that can be ended and started again. */
class Service {
  #process = null;
  #log = [];

  constructor(name, command, env, isReady) {
    Object.assign(this, { name, command, env, isReady });
  }

  async start() {
    const [executable, ...parameters] = this.command;
    this.#process = spawn(executable, parameters, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (data) => {
      this.#log.push(...String(data).split('\n').filter(Boolean));
      this.#log.splice(0, this.#log.length - 40);
    };
    this.#process.stdout.on('data', keep);
    this.#process.stderr.on('data', keep);
    const started = this.#process;
    await until(`${this.name} is ready`, async () => {
      if (started.exitCode !== null) {
        throw new Error(`${this.name} has ended`);
      }
      return this.isReady();
    }).catch((error) => {
      throw new Error(`${error.message}\n${this.#log.join('\n')}`);
    });
    return this;
  }

  async residentMegabytes() {
    const status = await readFile(`/proc/${this.#process.pid}/status`, 'utf8');
    return Math.round(Number(status.match(/^VmRSS:\s+(\d+)/m)[1]) / 1_024);
  }

  async stop(signal = 'SIGTERM') {
    if (this.#process && this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill(signal);
      await ended;
    }
  }
}

export class Stack {
  #services = [];

  /** @param services 'jvm' or 'native' */
  static async create(services) {
    const stack = new Stack();
    stack.services = services;
    stack.folder = await mkdtemp(path.join(tmpdir(), 'sensorline-console-'));
    [stack.brokerPort, stack.storePort, stack.consolePort] = [await freePort(), await freePort(), await freePort()];
    return stack;
  }

  get origin() {
    return `http://127.0.0.1:${this.consolePort}`;
  }

  async #service(name, env, isReady) {
    const target = path.join(ROOT, name, 'target');
    const java = [
      'java',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Xmx256m',
      '-jar',
      path.join(target, 'quarkus-app/quarkus-run.jar'),
    ];
    const runner = this.services === 'native' && (await readdir(target)).find((file) => file.endsWith('-runner'));
    if (this.services === 'native' && !runner) {
      throw new Error(`${target} has no executable: mvn package -Dnative`);
    }
    return this.#kept(new Service(name, runner ? [path.join(target, runner)] : java, env, isReady));
  }

  #kept(service) {
    this.#services.push(service);
    return service;
  }

  async broker() {
    const file = path.join(this.folder, 'mosquitto.conf');
    await writeFile(file, `listener ${this.brokerPort} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\n`);
    return this.#kept(new Service('mosquitto', ['mosquitto', '-c', file], {}, () => accepts(this.brokerPort)));
  }

  async store() {
    const at = (name) => JSON.stringify(path.join(this.folder, name));
    const file = path.join(this.folder, 'influxdb.conf');
    await writeFile(
      file,
      `reporting-disabled = true\nbind-address = "127.0.0.1:${await freePort()}"\n[meta]\ndir = ${at('meta')}\n` +
        `[data]\ndir = ${at('data')}\nwal-dir = ${at('wal')}\n[http]\nbind-address = "127.0.0.1:${this.storePort}"\nlog-enabled = false\n`,
    );
    const url = `http://127.0.0.1:${this.storePort}`;
    return this.#kept(
      new Service('influxd', ['influxd', '-config', file], {}, () =>
        fetch(`${url}/query?q=CREATE+DATABASE+sensors`, { method: 'POST' }).then(
          (response) => response.ok,
          () => false,
        ),
      ),
    );
  }

  #addresses() {
    return { MQTT_HOST: '127.0.0.1', MQTT_PORT: String(this.brokerPort), INFLUX_URL: `http://127.0.0.1:${this.storePort}` };
  }

  async ingestor() {
    const port = await freePort();
    return this.#service('ingestor', { ...this.#addresses(), HTTP_PORT: String(port) }, () =>
      answers(`http://127.0.0.1:${port}/q/health/ready`),
    );
  }

  async console(env = {}) {
    const port = String(env.HTTP_PORT ?? this.consolePort);
    return this.#service('console', { ...this.#addresses(), HTTP_PORT: port, ...env }, () =>
      answers(`http://127.0.0.1:${port}/q/health/live`),
    );
  }

  async simulator(env) {
    return this.#service('simulator', { SIM_HOST: '127.0.0.1', SIM_PORT: String(this.brokerPort), ...env }, () => true);
  }

  /** Publishes a message at QoS 0 (MQTT 3.1.1): CONNECT, then PUBLISH and DISCONNECT after its CONNACK. */
  async publish(topic, payload) {
    const text = (content) => Buffer.concat([Buffer.from([0, Buffer.byteLength(content)]), Buffer.from(content)]);
    const packet = (type, ...parts) => {
      const body = Buffer.concat(parts);
      return Buffer.concat([Buffer.from([type, body.length]), body]);
    };
    const socket = connect(this.brokerPort, '127.0.0.1');
    socket.write(packet(0x10, text('MQTT'), Buffer.from([4, 2, 0, 60]), text('checks')));
    await once(socket, 'data');
    socket.end(Buffer.concat([packet(0x30, text(topic), Buffer.from(payload)), packet(0xe0)]));
    await once(socket, 'close');
  }

  freePort() {
    return freePort();
  }

  /** Ends all processes and removes their files. */
  async end() {
    await Promise.all(this.#services.map((service) => service.stop('SIGKILL')));
    await rm(this.folder, { recursive: true, force: true });
  }
}
