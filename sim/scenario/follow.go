package scenario

import (
	"fmt"
	"reflect"
	"time"
)

// Windows, queues and requests have defaults that fill the links of ordinary swarms. On paths
// with a large bandwidth-delay product the defaults follow the rate and the latency, because
// otherwise they, and not the links, would limit the download rate.

const (
	// idealWindow and tcpWindow are the default windows of ordinary paths. tcpWindow is a
	// receive window; Linux's automatic tuning reaches more than such paths need.
	idealWindow = 256 << 10
	tcpWindow   = 4 << 20

	// maxDefaultWindow limits a default window: positions in a stream are compared modulo 2^32,
	// and a send buffer is two and a half windows.
	maxDefaultWindow = 512 << 20

	maxQueueTime = Duration(time.Minute)
)

// longFat reports whether a path is long and fat (RFC 7323, section 1.1): its bandwidth-delay
// product exceeds the windows of two connections. Two, because the upload slots of a peer
// share its uplink; one, if there is only one leecher.
func (s *Scenario) longFat(bdp Bytes) bool {
	leechers := 0
	for i := range s.Groups {
		if g := &s.Groups[i]; !g.Seed && g.Sybils == 0 {
			leechers += g.Count
		}
	}
	return leechers > 0 && bdp > Bytes(min(2, leechers))*idealWindow
}

// followLinks raises the defaults of a scenario with long fat paths.
func (d *decoder) followLinks(s *Scenario) {
	need, rtt := Bytes(0), time.Duration(0)
	for _, x := range s.crossings() {
		need, rtt = max(need, x.bdp()), max(rtt, x.rtt)
	}
	if !s.longFat(need) {
		return
	}
	n := &s.Network
	if !d.given("network.window") {
		n.Window = max(n.Window, min(need+need/4, maxDefaultWindow))
		if n.Transport != TransportIdeal { // queued bytes count towards the window
			n.Window = max(n.Window, min(need*5/2, maxDefaultWindow))
		}
	}
	queueGiven := d.given("network.queue.up") || d.given("network.queue.down") || d.given("network.queue.time")
	if n.Transport != TransportIdeal && !queueGiven {
		n.Queue.Time = min(Duration(rtt), maxQueueTime)
	}
	for i := range n.Routers {
		if r := &n.Routers[i]; !d.given(fmt.Sprintf("network.routers[%d].queue", i)) {
			r.Queue = max(r.Queue, Bytes(float64(max(r.Up, r.Down))*n.Queue.Time.Std().Seconds()))
		}
	}
	d.followRequests(s, int(min((need+need/2)/s.Content.Block+16, maxDefaultRequests)))
}

// followRequests raises the default number of requests of each client to blocks, or to the
// number that every peer accepts if that is less.
func (d *decoder) followRequests(s *Scenario, blocks int) {
	if d.catalogue.ScaleDefaults == nil {
		return
	}
	clients := map[string]*Client{"client": &s.Client}
	fields := []string{"client"}
	for i := range s.Groups {
		if c := s.Groups[i].Client; c != nil {
			field := fmt.Sprintf("groups[%d].client", i)
			clients[field], fields = c, append(fields, field)
		}
	}
	for _, field := range fields {
		c := clients[field]
		limit := ".upload.max_pending_requests"
		if c.Profile == "" && !d.given(field+limit) && !d.given("client"+limit) {
			c.Upload.MaxPendingRequests = max(c.Upload.MaxPendingRequests, blocks)
		}
		blocks = min(blocks, c.Upload.MaxPendingRequests)
	}
	for _, field := range fields {
		c := clients[field]
		settings := reflect.New(reflect.TypeOf(c.Backlog.Settings).Elem()) // clients may share the settings
		settings.Elem().Set(reflect.ValueOf(c.Backlog.Settings).Elem())
		c.Backlog.Settings = settings.Interface()
		d.catalogue.ScaleDefaults(c.Backlog.Settings, blocks, func(setting string) bool {
			return d.given(field+".backlog."+setting) || d.given("client.backlog."+setting)
		})
	}
}

// maxDefaultRequests limits the default number of requests.
const maxDefaultRequests = 100_000

// given reports whether the file or an override sets a field.
func (d *decoder) given(field string) bool {
	_, ok := d.places[field]
	return ok
}
