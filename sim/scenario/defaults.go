package scenario

import "time"

// defaults returns the scenario of an empty file. The client, tracker and netem packages have
// the same defaults and give the source of each number.
func defaults(c Catalogue) *Scenario {
	return &Scenario{
		Seed:    1,
		Content: Content{Block: 16 << 10},
		Payload: PayloadVirtual,
		Wire:    WireCompact,
		Tracker: Tracker{
			Interval:      Duration(30 * time.Minute),
			MinInterval:   Duration(time.Minute),
			Expire:        Duration(45 * time.Minute),
			MaxPeers:      50,
			PeerSelection: SelectAll,
			Up:            125e6,
			Down:          125e6,
		},
		Network: Network{
			Transport:       TransportIdeal,
			Congestion:      CongestionCubic,
			ControlMessages: ControlInBand,
			Latency:         DurationDist{dist{uniform, float64(25 * time.Millisecond), float64(50 * time.Millisecond)}},
			Window:          idealWindow,
			Segment:         16 << 10,
			Queue:           Queue{Up: 64 << 10, Down: 256 << 10, Discipline: DropTail},
		},
		Client: defaultClient(c),
		Stop:   Stop{When: StopDone, Deadline: Duration(6 * time.Hour)},
		Record: Record{Interval: Duration(time.Second), Transfers: RecordSample, Decisions: RecordSample},
	}
}

func defaultClient(c Catalogue) Client {
	return Client{
		Choker:                named(c.Chokers, "tit-for-tat"),
		SeedChoker:            named(c.Chokers, "round-robin"),
		Picker:                named(c.Pickers, "rarest-first"),
		Backlog:               named(c.Backlogs, "rate"),
		RechokeInterval:       Duration(10 * time.Second),
		Unchoke:               UnchokeImmediate,
		RequestsOnChoke:       ChokeDrops,
		OnCancel:              CancelSilent,
		Interest:              InterestImmediate,
		EventLoop:             named(c.EventLoops, "immediate"),
		Assignment:            named(c.Assignments, "strict"),
		ParoleMode:            true,
		EndGame:               named(c.EndGames, "single-duplicate"),
		Reveal:                named(c.Reveals, revealAll),
		AllowedFastSent:       AllowedFastOnHandshake,
		AllowedFastDerivation: DeriveBEP6,
		Upload:                Upload{SendBufferBlocks: 1, MaxPendingRequests: 500, Order: OrderFIFO},
		SnubTimeout:           Duration(time.Minute),
		RequestTimeout:        RequestTimeoutFixed,
		KeepAliveInterval:     Duration(2 * time.Minute),
		IdleTimeout:           Duration(5 * time.Minute),
		HandshakeTimeout:      Duration(20 * time.Second),
		Connections:           Connections{DialTarget: 40, Max: 80, MinPeers: 20, NumWant: 50},
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

// groupDefaults sets the fields that a group leaves out.
func groupDefaults(g *Group) {
	if g.Stay.kind == unset {
		g.Stay = Forever()
	}
	if g.GiveUp.kind == unset {
		g.GiveUp = Forever()
	}
	if g.Arrival.Pattern == "" {
		g.Arrival.Pattern = ArriveAtOnce
	}
}

// networkDefaults sets the fields whose defaults depend on other fields.
func (d *decoder) networkDefaults(n *Network) {
	if !d.given("network.window") && n.Transport != TransportIdeal {
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
