package scenario

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"swarmsim/bounded"
)

// check finds what no single field shows: contradictions, names that lead
// nowhere, files that are not there.
func (d *decoder) check(s *Scenario, src Source) {
	if !validName.MatchString(s.Name) {
		d.failAt("name", "%q is not a name: letters, digits and dashes, at most 64", s.Name)
	}
	d.checkContent(s, src)
	d.checkPlayback(&s.Player)
	d.checkNetwork(s)
	d.checkClient(&s.Client, "client")
	d.checkGroups(s, src)
	d.checkReach(s)
	d.checkEvents(s)
	d.checkExpect(s)
	if len(d.problems) == 0 {
		d.followLinks(s)
	}
	if s.Tracker.Expire <= s.Tracker.Interval {
		d.failAt("tracker.expire", "%v contradicts interval %v: peers would be forgotten between announces", s.Tracker.Expire, s.Tracker.Interval)
	}
	if s.Tracker.Up < minRate || s.Tracker.Down < minRate {
		d.failAt("tracker", "up and down must be at least 1 kB/s each; for a tracker that is away there is an event")
	}
	if s.Record.Interval.Std() < 10*time.Millisecond {
		d.failAt("record.interval", "%v is too short; 10 ms is the least", s.Record.Interval)
	}
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return a.Line - b.Line })
}

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// Limits on content, so that no number in the program overflows.
const (
	maxContent = 1 << 44 // 16 TiB
	maxPieces  = 1 << 22
	maxPiece   = 1 << 30
	maxBlock   = 512 << 10 // with its header it must fit what a client reads
)

// MaxReal bounds the bytes of real content that all peers keep: 8 GiB.
const MaxReal = 8 << 30

func (d *decoder) checkContent(s *Scenario, src Source) {
	c := &s.Content
	given := 0
	for _, yes := range []bool{c.Size > 0, c.Torrent != "", c.Path != ""} {
		if yes {
			given++
		}
	}
	if c.Block < 16<<10 || c.Block > maxBlock {
		d.failAt("content.block", "%v cannot be asked for at a time; 16 KiB to 512 KiB can", c.Block)
	}
	switch {
	case given != 1:
		d.failAt("content", "needs exactly one of size (above 0), torrent and path")
		return
	case c.Torrent != "":
		d.checkFile(src, "content.torrent", c.Torrent)
		if c.Piece != 0 {
			d.failAt("content.piece", "contradicts the .torrent file, which has a piece length of its own")
		}
		if s.Payload == "real" {
			d.failAt("payload", "real needs the content itself, and a .torrent file has only its hashes; use content.path")
		}
		return
	case c.Path != "":
		d.checkFile(src, "content.path", c.Path)
	}
	if c.Piece == 0 {
		c.Piece = 256 << 10
	}
	peers := 0
	for _, g := range s.Groups {
		peers += g.Count
	}
	if s.Payload == "real" && float64(c.Size)*float64(peers) > MaxReal {
		d.failAt("payload", "real keeps %v for each of %d peers in memory; at most %v in all", c.Size, peers, Bytes(MaxReal))
	}
	if c.Piece < 1024 || c.Piece > maxPiece {
		d.failAt("content.piece", "%v is no useful piece length; 1 KiB to 1 GiB is", c.Piece)
	}
	if c.Size > maxContent || c.Size/c.Piece > maxPieces {
		d.failAt("content.size", "%v in pieces of %v is too much: at most 16 TiB and 4,194,304 pieces", c.Size, c.Piece)
	}
}

func (d *decoder) checkPlayback(p *Playback) {
	_, buffered := d.places["playback.buffer"]
	switch {
	case p.Rate == 0 && buffered:
		d.failAt("playback", "needs a rate above 0: how much is watched in a second")
	case p.Rate > 0 && p.Rate < minRate:
		d.failAt("playback.rate", "%v is too slow; 1 kB/s is the least", p.Rate)
	case p.Rate > 0 && !buffered:
		p.Buffer = Duration(10 * time.Second)
	}
}

func (d *decoder) checkFile(src Source, field, name string) {
	if st, err := fs.Stat(src.Files, FilePath(src.Dir, name)); err != nil {
		d.failAt(field, "cannot read %q: %v", name, bounded.Reason(err))
	} else if !st.Mode().IsRegular() && (field != "content.path" || !st.IsDir()) {
		d.failAt(field, "%q is %s, not a file", name, bounded.Kind(st.Mode()))
	}
}

func (d *decoder) checkClient(c *Client, field string) {
	if c.OnChoke == "keep" && !c.Fast {
		d.failAt(field+".on_choke", "keep needs fast_extension: true; without it a choke ends requests")
	}
	if c.OnCancel != "drop" && !c.Fast {
		d.failAt(field+".on_cancel", "%s needs fast_extension: true; without it nothing can be rejected", c.OnCancel)
	}
	if c.AllowedFast > 0 && !c.Fast {
		d.failAt(field+".allowed_fast", "is of the fast extension and needs fast_extension: true")
	}
	if c.Suggest > 0 && !c.Fast {
		d.failAt(field+".suggest", "is of the fast extension and needs fast_extension: true")
	}
	if c.HaveDelay > 0 && c.Pulse == 0 {
		d.failAt(field+".have_delay", "needs pulse: without one, messages go at once")
	}
	if c.RateTime > 0 && c.RateTime < Duration(100*time.Millisecond) {
		d.failAt(field+".rate_time", "%v is too short; 100 ms is the least", c.RateTime)
	}
	if c.Pulse > 0 && c.Pulse < Duration(10*time.Millisecond) {
		d.failAt(field+".pulse", "%v is too short; 10 ms is the least", c.Pulse)
	}
	if c.Refresh > 0 && c.Refresh < Duration(10*time.Millisecond) {
		d.failAt(field+".refresh", "%v is too short; 10 ms is the least", c.Refresh)
	}
	if c.Inactive > 0 && c.Refresh == 0 {
		d.failAt(field+".inactive", "needs refresh: it is looked at then")
	}
	if c.Refresh > 0 && c.Pulse > 0 {
		d.failAt(field+".refresh", "contradicts pulse: either says when messages go")
	}
	if c.Refresh > 0 && c.Upload.Turns {
		d.failAt(field+".refresh", "contradicts upload.turns: either says when neighbours are asked for blocks")
	}
	k := &c.Connections
	if k.Initiate > k.Total {
		d.failAt(field+".connections", "initiate %d contradicts total %d: no more can be dialed than are allowed", k.Initiate, k.Total)
	}
	if k.Low > k.Initiate {
		k.Low = k.Initiate
	}
	d.checkMisbehaviour(c, field+".misbehaviour")
	if c.Idle <= c.KeepAlive {
		d.failAt(field+".idle", "%v contradicts keep_alive %v: connections would end before they are kept alive", c.Idle, c.KeepAlive)
	}
}

func (d *decoder) checkGroups(s *Scenario, src Source) {
	seeds, leechers := 0, 0
	sound := len(d.problems) == 0 // what is wrong with the client of all is said once
	for i := range s.Groups {
		g := &s.Groups[i]
		field := fmt.Sprintf("groups[%d]", i)
		groupDefaults(g)
		if !validName.MatchString(g.Name) {
			d.failAt(field+".name", "%q is not a name: letters, digits and dashes, at most 64", g.Name)
		}
		if slices.ContainsFunc(s.Groups[:i], func(o Group) bool { return o.Name == g.Name }) {
			d.failAt(field+".name", "%q is the name of another group too", g.Name)
		}
		if g.Sybils > 0 {
			d.checkSybils(g, field)
		} else if g.Seed {
			seeds += g.Count
			if g.GiveUp.kind != forever {
				d.failAt(field+".give_up", "contradicts seed: a seed has nothing to give up")
			}
		} else {
			leechers += g.Count
		}
		d.checkLink(&g.Link, field+".link")
		d.checkPlace(&s.Network, field+".place", g.Place)
		d.checkArrival(s, g, field+".arrival", src)
		if g.Client != nil && sound {
			d.checkClient(g.Client, field+".client")
		}
		for _, t := range []struct {
			field string
			dist  DurationDist
		}{{"stay", g.Stay}, {"give_up", g.GiveUp}} {
			if t.field == "give_up" && t.dist.kind == fixed && t.dist.a == 0 {
				d.failAt(field+".give_up", "0 s would end every peer as it comes")
			}
		}
	}
	if len(s.Groups) == 0 {
		d.failAt("groups", "is empty: a swarm needs peers")
		return
	}
	if seeds == 0 {
		d.failAt("groups", "has no peer with seed: true, so nobody has the content")
	}
	if leechers == 0 && s.Stop.When == "done" {
		d.failAt("groups", "has only seeds, so the run is done before it starts; add leechers or set stop.when to deadline")
	}
	if seeds+leechers > maxPeers {
		d.failAt("groups", "has %d peers; at most %d", seeds+leechers, maxPeers)
	}
}

const maxPeers = 4_000_000

func (d *decoder) checkLink(l *Link, field string) {
	if len(l.Mix) > 0 {
		total := 0.0
		for i, m := range l.Mix {
			total += m.Share
			d.checkRates(m.Up, m.Down, fmt.Sprintf("%s.mix[%d]", field, i))
		}
		if total <= 0 {
			d.failAt(field+".mix", "has shares that add up to nothing")
		}
		if l.Up.kind != unset || l.Down.kind != unset {
			d.failAt(field, "has both a mix and rates of its own; give one of them")
		}
		return
	}
	if l.Up.kind == unset || l.Down.kind == unset {
		d.failAt(field, "lacks %s; give up and down, or a mix", map[bool]string{true: "up", false: "down"}[l.Up.kind == unset])
		return
	}
	d.checkRates(l.Up, l.Down, field)
}

func (d *decoder) checkRates(up, down RateDist, field string) {
	for _, r := range []struct {
		name string
		dist RateDist
	}{{"up", up}, {"down", down}} {
		if (r.dist.kind == fixed || r.dist.kind == uniform) && r.dist.least() < minRate {
			d.failAt(field+"."+r.name, "%v is below 1 kB/s, the slowest link there is; a peer that uploads nothing has the choker never", r.dist)
		}
	}
}

func (d *decoder) checkArrival(s *Scenario, g *Group, field string, src Source) {
	a := &g.Arrival
	unused := func(name string, given bool) {
		if given {
			d.failAt(field+"."+name, "means nothing with the pattern %s", a.Pattern)
		}
	}
	needs := func(name string, given bool) {
		if !given {
			d.failAt(field, "the pattern %s needs %s", a.Pattern, name)
		}
	}
	unused("over", a.Over != 0 && a.Pattern != "spread")
	unused("rate", a.Rate != 0 && a.Pattern != "poisson")
	unused("decay", a.Decay != 0 && a.Pattern != "flash-crowd")
	unused("file", a.File != "" && a.Pattern != "trace")
	deadline := s.Stop.Deadline
	if a.Start >= deadline {
		d.failAt(field+".start", "%v is not before the deadline %v, so nobody of group %q would come", a.Start, deadline, g.Name)
	}
	switch a.Pattern {
	case "spread":
		needs("over", a.Over > 0)
		if a.Start+a.Over > deadline {
			d.failAt(field+".over", "arrivals last until %v, beyond the deadline %v", a.Start+a.Over, deadline)
		}
	case "poisson":
		needs("rate", a.Rate > 0)
	case "flash-crowd":
		needs("decay", a.Decay > 0)
	case "trace":
		needs("file", a.File != "")
		if a.File != "" {
			d.checkTrace(s, g, field, src)
		}
	}
}

func (d *decoder) checkEvents(s *Scenario) {
	for i := range s.Events {
		e := &s.Events[i]
		field := fmt.Sprintf("events[%d]", i)
		if e.At >= s.Stop.Deadline {
			d.failAt(field+".at", "%v is not before the deadline %v", e.At, s.Stop.Deadline)
		}
		needsGroup := e.Action != "tracker-away"
		var groups []string
		for _, g := range s.Groups {
			groups = append(groups, g.Name)
		}
		switch {
		case needsGroup && e.Group == "":
			d.failAt(field, "%s needs a group", e.Action)
		case needsGroup && !slices.Contains(groups, e.Group):
			d.failAt(field+".group", "there is no group %q%s; known are %s", e.Group, Nearest(e.Group, groups), strings.Join(groups, ", "))
		case needsGroup && e.Action != "split" && s.Groups[slices.Index(groups, e.Group)].Sybils > 0:
			d.failAt(field+".group", "%q is a group of sybils, and %s means nothing with them", e.Group, e.Action)
		case !needsGroup && e.Group != "":
			d.failAt(field+".group", "means nothing with %s", e.Action)
		}
		lasts := e.Action == "tracker-away" || e.Action == "split"
		if lasts && e.For <= 0 {
			d.failAt(field, "%s needs for: how long it lasts", e.Action)
		}
		if !lasts && e.For != 0 {
			d.failAt(field+".for", "means nothing with %s", e.Action)
		}
		link := e.Action == "link"
		if link && (e.Up < minRate || e.Down < minRate) {
			d.failAt(field, "link needs up and down, each at least 1 kB/s")
		}
		if !link && (e.Up != 0 || e.Down != 0) {
			d.failAt(field, "up and down mean nothing with %s", e.Action)
		}
		switch _, said := d.places[field+".share"]; {
		case !said && needsGroup:
			e.Share = 1
		case !said:
		case e.Share == 0:
			d.failAt(field+".share", "0 concerns nobody; leave it out for all, or write a share above 0")
		case !needsGroup:
			d.failAt(field+".share", "means nothing with %s", e.Action)
		}
	}
}

func (d *decoder) checkExpect(s *Scenario) {
	known := d.catalogue.MeasuresOf(s)
	for i, e := range s.Expect {
		place := fmt.Sprintf("expect[%d]", i)
		if err := e.sound(known); err != nil {
			d.failAt(place, "%v", err)
		}
		for _, m := range e.Measures() {
			if s.Player.Rate == 0 && strings.Contains("."+m, ".playback.") {
				d.failAt(place, "%q has no value where nothing is watched; say playback.rate", m)
			}
			name, ok := Measure(m, known)
			if asks := s.Record.lacks(name); asks != "" {
				d.failAt(place, "%s is only measured with record: {%s}", m, asks)
			}
			if !ok {
				d.failAt(place, "there is no measure %q%s; swarmsim list measures shows them all", m, Nearest(m, known))
			}
		}
	}
}

// lacks names the setting that a measure needs and that is not there.
func (r *Record) lacks(measure string) string {
	kind, rest, _ := strings.Cut(measure, ".")
	if kind == "groups" {
		_, rest, _ = strings.Cut(rest, ".")
		kind, _, _ = strings.Cut(rest, ".")
	}
	switch {
	case !r.Pairs && (kind == "interest" || kind == "interested" || kind == "wanted"):
		return "pairs: true"
	case r.Graph == "" && kind == "graph":
		return "graph: half"
	}
	return ""
}

// MeasuresOf are the names that the summary of a scenario's run can have for its
// numbers.
func (c *Catalogue) MeasuresOf(s *Scenario) []string {
	out := slices.Clone(c.Measures)
	var groups, regions []string
	for i := range s.Groups {
		groups = append(groups, s.Groups[i].Name)
	}
	for i := range s.Network.Regions {
		regions = append(regions, s.Network.Regions[i].Name)
	}
	add := func(kind, name string, measures, others []string) {
		for _, m := range measures {
			m = kind + "." + name + "." + m
			if !strings.Contains(m, "*") {
				out = append(out, m)
				continue
			}
			for _, other := range others {
				out = append(out, strings.Replace(m, "*", other, 1))
			}
		}
	}
	for i, name := range groups {
		if s.Groups[i].Seed {
			add("groups", name, c.SeedMeasures, groups)
		} else {
			add("groups", name, c.GroupMeasures, groups)
		}
	}
	for _, name := range regions {
		add("regions", name, c.AreaMeasures, regions)
	}
	for i := range s.Network.Routers {
		add("routers", s.Network.Routers[i].Name, c.AreaMeasures, nil)
	}
	return out
}
