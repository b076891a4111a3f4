package scenario

import (
	"fmt"
	"reflect"
	"time"
)

// What a connection may have under way - a window, what queues hold, requests -
// has defaults that fill the links of ordinary swarms. Where links are fast and
// long those follow the rate and the latency, unless the scenario says: else the
// defaults, and not the links, would decide how fast content moves.

const (
	// idealWindow and tcpWindow are the windows where links are not fast and long. The
	// latter is the receive window: what Linux comes to by itself is more than such
	// links need.
	idealWindow = 256 << 10
	tcpWindow   = 4 << 20

	// mostWindow bounds what a window follows: places in a stream are compared modulo
	// 2^32, and a send buffer is two and a half windows.
	mostWindow = 512 << 20

	mostQueueTime = Duration(time.Minute)
)

// longFat reports whether a link is long and fat (RFC 7323): its bandwidth-delay
// product is more than two connections with an idealWindow each have under way. Two,
// because the upload slots of a peer share its uplink; where there is one leecher
// only, one.
func (s *Scenario) longFat(bdp Bytes) bool {
	leechers := 0
	for i := range s.Groups {
		if g := &s.Groups[i]; !g.Seed && g.Sybils == 0 {
			leechers += g.Count
		}
	}
	return leechers > 0 && bdp > Bytes(min(2, leechers))*idealWindow
}

// followLinks raises what is left open where links are fast and long.
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
		n.Window = max(n.Window, min(need+need/4, mostWindow))
		if n.Transport != TransportIdeal { // what waits in the queue is in the window too
			n.Window = max(n.Window, min(need*5/2, mostWindow))
		}
	}
	if n.Transport != TransportIdeal && !d.given("network.queue.up") && !d.given("network.queue.down") && !d.given("network.queue.time") {
		n.Queue.Time = min(Duration(rtt), mostQueueTime)
	}
	for i := range n.Routers {
		if r := &n.Routers[i]; !d.given(fmt.Sprintf("network.routers[%d].queue", i)) {
			r.Queue = max(r.Queue, Bytes(float64(max(r.Up, r.Down))*n.Queue.Time.Std().Seconds()))
		}
	}
	d.followRequests(s, int(min((need+need/2)/s.Content.Block+16, mostRequests)))
}

// followRequests has requests follow, of the clients whose rule knows how: so many
// blocks, but no more than any peer keeps of those that it is asked for.
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
		if c.Profile == "" && !d.given(field+".upload.max_pending_requests") && !d.given("client.upload.max_pending_requests") {
			c.Upload.MaxPendingRequests = max(c.Upload.MaxPendingRequests, blocks)
		}
		blocks = min(blocks, c.Upload.MaxPendingRequests)
	}
	for _, field := range fields {
		c := clients[field]
		settings := reflect.New(reflect.TypeOf(c.Backlog.Settings).Elem()) // clients may share them
		settings.Elem().Set(reflect.ValueOf(c.Backlog.Settings).Elem())
		c.Backlog.Settings = settings.Interface()
		d.catalogue.ScaleDefaults(c.Backlog.Settings, blocks, func(setting string) bool {
			return d.given(field+".backlog."+setting) || d.given("client.backlog."+setting)
		})
	}
}

// mostRequests bounds what requests follow.
const mostRequests = 100_000

// given reports whether the scenario says a field.
func (d *decoder) given(field string) bool {
	_, said := d.places[field]
	return said
}
