// Publishes the readings of a fleet with paho.mqtt.golang. The job is the only argument, in JSON (see ../../generators.py: Peer); the result is
// the last line.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

const step = 100 * time.Microsecond // of the histogram of lateness

type job struct {
	Port        int     `json:"port"`
	Sensors     int     `json:"sensors"`
	Period      float64 `json:"period"` // seconds
	Seconds     float64 `json:"seconds"`
	QoS         byte    `json:"qos"`
	Clients     int     `json:"clients"`
	Workers     int     `json:"workers"`
	ConnectRate float64 `json:"connect_rate"`
	Window      int     `json:"window"`
	IsPaced     bool    `json:"is_paced"`
}

type handedOver struct {
	token mqtt.Token
	due   time.Duration
}

// The readings n, n + workers, n + 2 workers, … of a worker, and what came of them.
type worker struct {
	job      *job
	clients  []mqtt.Client
	pending  chan handedOver
	lateness []int
	worst    time.Duration
	sent     int
	started  int
}

func main() {
	var of job
	if err := json.Unmarshal([]byte(os.Args[1]), &of); err != nil {
		fail(err)
	}
	clients := connect(&of)
	workers := make([]*worker, of.Workers)
	start := time.Now()
	var ended sync.WaitGroup
	for number := range workers {
		w := &worker{job: &of, clients: clients, pending: make(chan handedOver, of.Window)}
		if of.IsPaced {
			w.lateness = make([]int, 100_000)
		}
		workers[number] = w
		ended.Add(1)
		go func() {
			collected := make(chan struct{})
			go func() { w.collect(start); close(collected) }()
			w.publishAll(number, start)
			close(w.pending)
			<-collected
			ended.Done()
		}()
	}
	ended.Wait()
	say(&of, workers, time.Since(start).Seconds())
}

func connect(of *job) []mqtt.Client {
	start := time.Now()
	clients := make([]mqtt.Client, of.Clients)
	tokens := make([]mqtt.Token, of.Clients)
	for i := range clients {
		time.Sleep(time.Until(start.Add(time.Duration(float64(i) / of.ConnectRate * 1e9))))
		clients[i] = mqtt.NewClient(mqtt.NewClientOptions().
			AddBroker("tcp://127.0.0.1:" + strconv.Itoa(of.Port)).
			SetClientID("go-" + strconv.Itoa(i)).
			SetKeepAlive(time.Minute))
		tokens[i] = clients[i].Connect()
	}
	for _, token := range tokens {
		if token.Wait(); token.Error() != nil {
			fail(token.Error())
		}
	}
	return clients
}

func (w *worker) publishAll(number int, start time.Time) {
	interval := w.job.Period / float64(w.job.Sensors) * 1e9
	end := time.Duration(w.job.Seconds * 1e9)
	total := math.MaxInt
	if w.job.IsPaced {
		total = w.job.total()
	}
	buffer := make([]byte, 0, 256)
	for n := number; n < total; n += w.job.Workers {
		due := time.Duration(float64(n) * interval)
		if w.job.IsPaced {
			if wait := due - time.Since(start); wait > 0 {
				// What is due within a millisecond is sent together.
				time.Sleep(max(wait, time.Millisecond))
			}
		}
		if time.Since(start) > end {
			return
		}
		sensor := n%w.job.Sensors + 1
		now := time.Now()
		at := now
		if w.job.IsPaced {
			at = start.Add(due)
		}
		value := 20 + 5*math.Sin(2*math.Pi*float64(at.UnixMilli())/60_000)
		buffer = append(buffer[:0], `{"type":"load","name":"load-`...)
		buffer = strconv.AppendInt(buffer, int64(sensor), 10)
		buffer = append(buffer, `","value":`...)
		buffer = strconv.AppendFloat(buffer, value, 'f', 2, 64)
		buffer = append(buffer, `,"time":`...)
		buffer = strconv.AppendInt(buffer, at.UnixMilli(), 10)
		buffer = append(buffer, `,"seq":`...)
		buffer = strconv.AppendInt(buffer, int64(n/w.job.Sensors), 10)
		buffer = append(buffer, `,"sent":`...)
		buffer = strconv.AppendInt(buffer, now.UnixMilli(), 10)
		buffer = append(buffer, '}')
		w.started++
		// The library keeps the payload until it is sent, so it gets a copy.
		w.pending <- handedOver{w.clients[n%len(w.clients)].Publish(
			"sensor/load-"+strconv.Itoa(sensor), w.job.QoS, false, append([]byte(nil), buffer...)), due}
	}
	time.Sleep(end - time.Since(start))
}

// Waits for the readings in the order in which they were published: at QoS 0 until they are written, at QoS 1 until they are acknowledged.
func (w *worker) collect(start time.Time) {
	for of := range w.pending {
		if of.token.Wait(); of.token.Error() != nil {
			fail(of.token.Error())
		}
		w.sent++
		if w.job.IsPaced {
			late := max(0, time.Since(start)-of.due)
			w.worst = max(w.worst, late)
			w.lateness[min(int(late/step), len(w.lateness)-1)]++
		}
	}
}

func (of *job) total() int {
	return int(math.Round(of.Seconds * float64(of.Sensors) / of.Period))
}

func say(of *job, workers []*worker, seconds float64) {
	sum := *workers[0]
	for _, w := range workers[1:] {
		sum.sent += w.sent
		sum.started += w.started
		sum.worst = max(sum.worst, w.worst)
		for i, count := range w.lateness {
			sum.lateness[i] += count
		}
	}
	due := sum.started
	lateness := "null"
	if of.IsPaced {
		due = of.total()
	}
	if of.IsPaced && sum.sent > 0 {
		percentile := func(part float64) float64 {
			seen := 0
			for i, count := range sum.lateness {
				if seen += count; float64(seen) >= part*float64(sum.sent) {
					return millis(time.Duration(i) * step)
				}
			}
			return millis(sum.worst)
		}
		lateness = fmt.Sprintf(`{"p50":%.3f,"p99":%.3f,"p99_9":%.3f,"worst":%.3f}`,
			percentile(0.5), percentile(0.99), percentile(0.999), millis(sum.worst))
	}
	fmt.Printf("{\"due\":%d,\"sent\":%d,\"seconds\":%.3f,\"sent_ms\":%s}\n", due, sum.sent, seconds, lateness)
}

func millis(of time.Duration) float64 {
	return float64(of.Microseconds()) / 1e3
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
