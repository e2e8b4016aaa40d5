// Publishes the readings of a fleet with MQTT.js. The job is the only argument, in JSON (see ../generators.py: Peer); the result is the last line.
'use strict'
const mqtt = require('mqtt')

const job = JSON.parse(process.argv[2])
const AT_ONCE = 2000 // readings, before the event loop reads and writes
const STEP_MS = 0.1 // of the histogram of lateness
const interval = 1000 * job.period / job.sensors // ms
const total = job.is_paced ? Math.round(job.seconds * job.sensors / job.period) : Infinity
const options = {qos: job.qos}
const lateness = new Uint32Array(job.is_paced ? 100000 : 1)
const clients = []
let start, sent = 0, inFlight = 0, worst = 0

function connect () {
  const due = Math.min(job.clients, (performance.now() - start) * job.connect_rate / 1000 + 1)
  while (clients.length < due) {
    const client = mqtt.connect({host: '127.0.0.1', port: job.port, clientId: `mqttjs-${clients.length}`, keepalive: 60})
    client.on('error', failure => { console.error(String(failure)); process.exit(1) })
    clients.push(client)
  }
  if (clients.length < job.clients || !clients.every(client => client.connected)) {
    setTimeout(connect, 20)
  } else {
    start = performance.now()
    run(0)
  }
}

function handed (due) {
  inFlight--
  sent++
  if (job.is_paced) {
    const late = performance.now() - start - due
    worst = Math.max(worst, late)
    lateness[Math.max(0, Math.min(lateness.length - 1, Math.floor(late / STEP_MS)))]++
  }
}

function publish (n) {
  const sensor = n % job.sensors + 1
  const now = Date.now()
  const time = job.is_paced ? Math.floor(performance.timeOrigin + start + n * interval) : now
  const value = 20 + 5 * Math.sin(2 * Math.PI * time / 60000)
  const due = n * interval
  inFlight++
  clients[n % clients.length].publish(`sensor/load-${sensor}`,
    `{"type":"load","name":"load-${sensor}","value":${value.toFixed(2)},"time":${time},"seq":${Math.floor(n / job.sensors)},"sent":${now}}`,
    options, () => handed(due))
}

function run (n) {
  const now = performance.now() - start
  if (now >= 1000 * job.seconds + 1) return end(n)
  const due = Math.min(total, job.is_paced ? Math.floor(now / interval) + 1 : Infinity)
  for (let i = 0; i < AT_ONCE && n < due && inFlight < job.window; i++) publish(n++)
  if (job.is_paced && n === due) setTimeout(run, Math.max(1, Math.min(n === total ? 10 : n * interval - now, 1000)), n)
  else setImmediate(run, n)
}

function end (n) {
  const seconds = (performance.now() - start) / 1000
  let seen = 0, bucket = -1
  const percentile = part => {
    while (seen < part * sent && bucket < lateness.length - 1) seen += lateness[++bucket]
    return bucket * STEP_MS
  }
  const handedOver = job.is_paced && sent > 0
    ? {p50: percentile(0.5), p99: percentile(0.99), p99_9: percentile(0.999), worst} : null
  console.log(JSON.stringify({due: job.is_paced ? total : n, sent, seconds, sent_ms: handedOver}))
  process.exit(0)
}

start = performance.now()
connect()
