package live

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metricsHandler returns a handler of Prometheus metrics: the server's, and those of its process.
func (s *Server) metricsHandler() http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collector{s}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// collector reads the server's counters when Prometheus asks.
type collector struct{ server *Server }

// metric describes a metric.
func metric(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("swarmsim_tracker_"+name, help, labels, nil)
}

var (
	peersMetric     = metric("peers", "Peers in all swarms.", "kind")
	swarmsMetric    = metric("swarms", "Swarms.")
	announcesMetric = metric("announces_total", "Announces received.", "protocol", "family")
	scrapesMetric   = metric("scrapes_total", "Scrapes received.", "protocol", "family")
	failuresMetric  = metric("failures_total", "Requests answered with a failure reason.", "protocol", "family")
	connectsMetric  = metric("udp_connects_total", "Connection IDs issued.", "family")
	droppedMetric   = metric("udp_dropped_total", "UDP packets without a response.")
	limitedMetric   = metric("rate_limited_total", "Requests refused because of the rate of their address.")
	snapshotMetric  = metric("snapshot_timestamp_seconds", "When the last snapshot was written.")
)

func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{peersMetric, swarmsMetric, announcesMetric, scrapesMetric, failuresMetric,
		connectsMetric, droppedMetric, limitedMetric, snapshotMetric} {
		ch <- d
	}
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	send := func(d *prometheus.Desc, kind prometheus.ValueType, n int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, kind, float64(n), labels...)
	}
	s, n := c.server.Stats(), &c.server.counters
	send(peersMetric, prometheus.GaugeValue, s.Seeds, "seed")
	send(peersMetric, prometheus.GaugeValue, s.Leechers, "leecher")
	send(swarmsMetric, prometheus.GaugeValue, s.Swarms)
	for p, labels := range [protocols][2]string{{"http", "ipv4"}, {"http", "ipv6"}, {"udp", "ipv4"}, {"udp", "ipv6"}} {
		send(announcesMetric, prometheus.CounterValue, n.announces[p].Load(), labels[0], labels[1])
		send(scrapesMetric, prometheus.CounterValue, n.scrapes[p].Load(), labels[0], labels[1])
		send(failuresMetric, prometheus.CounterValue, n.failures[p].Load(), labels[0], labels[1])
		if labels[0] == "udp" {
			send(connectsMetric, prometheus.CounterValue, n.connects[p].Load(), labels[1])
		}
	}
	send(droppedMetric, prometheus.CounterValue, s.Dropped)
	send(limitedMetric, prometheus.CounterValue, s.RateLimited)
	send(snapshotMetric, prometheus.GaugeValue, s.SnapshotUnix)
}
