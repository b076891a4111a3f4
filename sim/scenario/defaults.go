package scenario

import "time"

// defaults is a scenario that says nothing. Where a number comes from is said
// in the client, tracker and netem packages, which have the same defaults.
func defaults(c Catalogue) *Scenario {
	return &Scenario{
		Seed:    1,
		Content: Content{Block: 16 << 10},
		Payload: "virtual",
		Wire:    "compact",
		Tracker: Tracker{
			Interval: Duration(30 * time.Minute), MinInterval: Duration(time.Minute), Expire: Duration(45 * time.Minute),
			MaxPeers: 50, HandOut: "everyone", Up: 125e6, Down: 125e6,
		},
		Network: Network{
			Transport: "ideal", Congestion: "cubic", Control: "in-line",
			Queue:   Queue{Up: 64 << 10, Down: 256 << 10, Discipline: "drop-tail"},
			Latency: DurationDist{dist{uniform, float64(25 * time.Millisecond), float64(50 * time.Millisecond)}},
			Window:  idealWindow, Segment: 16 << 10,
		},
		Client: Client{
			Choker: named(c.Chokers, "tit-for-tat"), SeedChoker: named(c.Chokers, "round-robin"), Picker: named(c.Pickers, "rarest-first"),
			Rechoke: Duration(10 * time.Second), Unchoke: "at-once", OnChoke: "drop", OnCancel: "drop", Interest: "at-once",
			Requests: named(c.Requests, "rate"), Sharing: "strict", Parole: "alone", EndGame: "one", Offer: "all", FastTold: "at-once",
			Upload: Upload{Ahead: 1, Requests: 500, Order: "fifo"},
			Snub:   Duration(time.Minute), Patience: "fixed", KeepAlive: Duration(2 * time.Minute),
			Idle: Duration(5 * time.Minute), Handshake: Duration(20 * time.Second),
			Connections: Connections{Initiate: 40, Total: 80, Low: 20, NumWant: 50},
		},
		Stop:   Stop{When: "done", Deadline: Duration(6 * time.Hour)},
		Record: Record{Interval: Duration(time.Second)},
	}
}

func named(all []Named, name string) Strategy {
	for _, n := range all {
		if n.Name == name {
			return Strategy{n.Name, n.Defaults()}
		}
	}
	return Strategy{Name: name}
}

// groupDefaults fills what a group leaves out.
func groupDefaults(g *Group) {
	if g.Stay.kind == unset {
		g.Stay = Forever()
	}
	if g.GiveUp.kind == unset {
		g.GiveUp = Forever()
	}
	if g.Arrival.Pattern == "" {
		g.Arrival.Pattern = "at-once"
	}
}

// networkDefaults fills what depends on what else is said.
func (d *decoder) networkDefaults(n *Network) {
	if _, said := d.places["network.window"]; !said && n.Transport != "ideal" {
		n.Window = tcpWindow
	}
	for i := range n.Routers {
		r := &n.Routers[i]
		if r.Queue == 0 {
			r.Queue = 1 << 20
		}
		if r.Latency == 0 {
			r.Latency = Duration(time.Millisecond)
		}
	}
}
