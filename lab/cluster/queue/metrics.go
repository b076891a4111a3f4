package queue

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"swarmsim/lab/cluster"
)

// metric describes a metric.
func metric(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("swarmsim_sweep_"+name, help, labels, nil)
}

var (
	runsMetric     = metric("runs", "Runs of the sweep.")
	finishedMetric = metric("runs_finished", "Runs whose row is stored.")
	rateMetric     = metric("runs_per_second", "Runs that all workers finish in a second, of late.")
	leftMetric     = metric("left_seconds", "Time until the sweep is finished, at that rate.")
	refusedMetric  = metric("refused_results_total", "Results that were refused.")
	workersMetric  = metric("workers", "Workers that play.")
	playingMetric  = metric("worker_playing", "Runs that a worker plays.", "worker")
	playedMetric   = metric("worker_finished_total", "Runs of a worker whose rows are stored.", "worker")
)

// collector reads the status when Prometheus asks.
type collector struct{ status func() cluster.Status }

func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{runsMetric, finishedMetric, rateMetric, leftMetric, refusedMetric, workersMetric, playingMetric, playedMetric} {
		ch <- d
	}
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	send := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, kind, v, labels...)
	}
	s := c.status()
	send(runsMetric, prometheus.GaugeValue, float64(s.Runs))
	send(finishedMetric, prometheus.GaugeValue, float64(s.Finished))
	send(rateMetric, prometheus.GaugeValue, s.Rate)
	send(leftMetric, prometheus.GaugeValue, s.LeftS)
	send(refusedMetric, prometheus.CounterValue, float64(s.Refused))
	send(workersMetric, prometheus.GaugeValue, float64(len(s.Workers)))
	playing, played := map[string]int{}, map[string]int{} // several workers may be on one host
	for _, w := range s.Workers {
		playing[w.Host] += len(w.Playing)
		played[w.Host] = w.Finished
	}
	for host := range playing {
		send(playingMetric, prometheus.GaugeValue, float64(playing[host]), host)
		send(playedMetric, prometheus.CounterValue, float64(played[host]), host)
	}
}

// serveMetrics serves Prometheus metrics at /metrics of an address until ctx ends.
func serveMetrics(ctx context.Context, addr string, status func() cluster.Status) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{status})
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { server.Close() })
	go server.Serve(listener) // until it is closed
	return nil
}
