package sim

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"swarmsim/client"
	"swarmsim/prefetch"
	"swarmsim/sim/adversary"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Nothing that neighbours say makes a client of any kind panic, speak to whom it
// has left, or ask for what there is not; and once they are gone it works with
// an honest neighbour as if nothing had been.
func TestHostileNeighbours(t *testing.T) {
	for _, settings := range []string{"{}", "{reveal: super-seeding}", "{reveal: smart-seed, max_unverified: 64 KiB}"} {
		abuse(t, settings, 100)
	}
	for _, p := range scenario.Profiles() {
		abuse(t, "{profile: "+p.Name+"}", 100)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		abuse(t, anySettings(r), 4)
	}
}

// anySettings mixes what scenarios may say of a client. Some mixtures are
// contradictions.
func anySettings(r *rand.Rand) string {
	var all []string
	say := func(name string, values ...string) { all = append(all, name+": "+values[r.IntN(len(values))]) }
	known := Catalogue()
	for _, f := range reflect.VisibleFields(reflect.TypeFor[scenario.Client]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch kind := f.Tag.Get("kind"); {
		case name == "transport": // of networks that are not ideal
		case scenario.ChoicesOf(f) != nil:
			say(name, scenario.ChoicesOf(f)...)
		case f.Type.Kind() == reflect.Bool:
			say(name, "true", "false")
		case kind != "":
			var names []string
			for _, n := range known.Of(kind) {
				if kind != "choker" || !slices.Contains([]string{"never", "surplus", "binomial-pipeline"}, n.Name) { // who serves some only
					names = append(names, n.Name)
				}
			}
			say(name, names...)
		}
	}
	say("pulse_interval", "0 s", "0 s", "500 ms")
	say("refresh_interval", "0 s", "0 s", "1 s")
	say("rate_window", "0 s", "2 s")
	say("max_unverified", "0 B", "64 KiB")
	say("allowed_fast_set_size", "0", "5")
	say("misbehaviour", "{}", "{}", "{over_report: 0.5, under_report: 0.3}", "{over_report: 1, over_report_reply: garbage, forced_announce_interval: 1 s}", "{peer_rate_limit: 20 kB/s}")
	say("upload", "{}", "{send_buffer_time: 1 s, order: random}", "{batch_writes: true, send_buffer_blocks: 2, read_delay: 1 ms, order: random}")
	return "{" + strings.Join(all, ", ") + "}"
}

// abuse has a client with these settings abused so many times, if it makes sense.
func abuse(t *testing.T, settings string, times uint64) {
	s, err := scenario.Load(scenario.Source{Shown: "hostile.yaml", Files: fstest.MapFS{}, Dir: ".", Catalogue: Catalogue(), Text: []byte(`
name: hostile
content: {size: 1 MiB}
client: ` + settings + `
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: peer, count: 1, link: {up: 1 MB/s, down: 1 MB/s}}
`)})
	if err != nil {
		return
	}
	for seed := range times {
		m := newMob(t, &s.Client, seed)
		m.about = fmt.Sprintf("seed %d of client: %s", seed, settings)
		m.play()
	}
}

// play abuses the client, and then treats it well.
func (m *mob) play() {
	defer func() {
		if e := recover(); e != nil {
			m.fail("panic: %v\n%s", e, debug.Stack())
		}
	}()
	m.step(client.Event{Kind: client.Tick})
	m.step(client.Event{Kind: client.Announced, Reply: &client.AnnounceReply{Interval: time.Hour, MinInterval: time.Hour}})
	for range 300 {
		m.act()
	}
	m.goAway()
	if !m.peer.Complete() {
		m.serve()
	}
	m.goAway()
	m.beServed()
}

// fail ends the test, with what it takes to see it again.
func (m *mob) fail(format string, args ...any) {
	m.t.Fatalf("%v: at %v: "+format, append([]any{m.about, m.now}, args...)...)
}

// mob is the neighbours that abuse a client, and what they know of it.
type mob struct {
	*rand.Rand
	t       *testing.T
	about   string
	peer    *client.Peer
	stepper stepper // the peer, or an adversary around it
	store   content.VirtualStore
	torrent client.Torrent
	now     time.Duration
	out     []client.Action
	open    [4]*abused // by connection; nil where there is none
	came    byte
}

// stepper is a client, or an adversary around one.
type stepper interface {
	Step(now time.Duration, e *client.Event, out []client.Action) []client.Action
	NextTick() time.Duration
}

// abused is the client at the other end of a connection.
type abused struct {
	asked                        []client.Message // the blocks that it wants
	shown                        []uint32         // the pieces that it shows
	handed                       int              // blocks that the network has not taken
	interested, unchokes, served bool
}

func newMob(t *testing.T, c *scenario.Client, seed uint64) *mob {
	m := &mob{t: t, Rand: rand.New(rand.NewPCG(seed, 1))}
	m.torrent.PieceLength = one[int64](m, 1, 1000, client.BlockSize, client.BlockSize+1, 3*client.BlockSize, 20*client.BlockSize)
	m.torrent.Length = 1 + m.Int64N(one[int64](m, 12, 100)*m.torrent.PieceLength)
	set, misbehaviour := settings(c), behaviour(c, one(m, 0, 0.1))
	choker, seedChoker := newChokers(c)
	m.peer = client.New(client.Config{
		Torrent: &m.torrent, ID: client.PeerID{1}, Complete: m.one(4), Store: &m.store, Rand: rand.New(rand.NewPCG(seed, 2)),
		Choker: choker, SeedChoker: seedChoker, Picker: newPicker(c.Picker), Assign: newAssignment(c.Assignment), EndGame: newEndGame(c.EndGame), Backlog: newBacklog(c.Backlog), Settings: &set,
	})
	m.stepper = m.peer
	if !misbehaviour.Honest() {
		m.stepper = adversary.New(m.peer, misbehaviour, &m.torrent, false, rand.New(rand.NewPCG(seed, 3)))
	}
	return m
}

// one draws one of several values.
func one[T any](m *mob, of ...T) T { return of[m.IntN(len(of))] }

// one reports whether the one of n chances came up.
func (m *mob) one(n int) bool { return m.IntN(n) == 0 }

// step lets the client take an event, and sees that its answer makes sense.
func (m *mob) step(e client.Event) {
	m.out = m.stepper.Step(m.now, &e, m.out[:0])
	for i := range m.out {
		a := &m.out[i]
		if a.Kind != client.Send && a.Kind != client.HangUp {
			continue
		}
		c := m.open[a.Conn]
		switch {
		case c == nil:
			m.fail("%v on connection %d, which has ended", a.Message.Kind, a.Conn)
		case a.Kind == client.HangUp:
			m.open[a.Conn] = nil
		default:
			m.hear(c, a.Message)
		}
	}
}

// hear takes what the client says.
func (m *mob) hear(c *abused, x client.Message) {
	switch x.Kind {
	case client.Request, client.Cancel:
		piece := int(x.Index)
		if piece >= m.torrent.Pieces() || x.Begin%client.BlockSize != 0 || x.Length != m.torrent.BlockSizeOf(piece, int(x.Begin/client.BlockSize)) {
			m.fail("%v of %d bytes at %d of piece %d", x.Kind, x.Length, x.Begin, x.Index)
		}
		c.asked = slices.DeleteFunc(c.asked, func(y client.Message) bool { return x.Index == y.Index && x.Begin == y.Begin })
		if x.Kind == client.Request || m.one(2) { // a cancel may come too late
			x.Kind = client.Piece
			c.asked = append(c.asked, x)
		}
	case client.Have:
		c.shown = append(c.shown, x.Index)
	case client.Bitfield:
		for i := range m.torrent.Pieces() {
			if x.Data[i/8]&(0x80>>(i%8)) != 0 {
				c.shown = append(c.shown, uint32(i))
			}
		}
	case client.Piece:
		c.handed++
		c.served = true
	case client.Interested, client.NotInterested:
		c.interested = x.Kind == client.Interested
	case client.Choke, client.Unchoke:
		c.unchokes = x.Kind == client.Unchoke
	}
}

func (m *mob) say(id client.ConnID, x client.Message) {
	var lines prefetch.List
	for step := range 3 {
		m.peer.PrefetchMessage(&lines, step, id, x.Kind, x.Index, x.Begin)
		m.peer.PrefetchSent(&lines, step, id)
	}
	lines.Fetch()
	m.step(client.Event{Kind: client.Received, Conn: id, Message: x})
}

// act does one of the things that a neighbour can do.
func (m *mob) act() {
	id := client.ConnID(m.IntN(len(m.open)))
	c := m.open[id]
	if c == nil {
		m.come(id)
		return
	}
	switch m.IntN(12) {
	case 0:
		m.say(id, m.nonsense(c))
	case 1, 2, 3:
		m.say(id, m.message(c))
	case 4, 5, 6, 7:
		m.answer(id, c, 1+m.IntN(20))
	case 8:
		m.say(id, client.Message{Kind: one(m, client.Unchoke, client.Unchoke, client.Interested)})
	case 9:
		for ; c.handed > 0 && m.open[id] == c; c.handed-- {
			m.step(client.Event{Kind: client.Sent, Conn: id, Message: client.Message{Kind: client.Piece, Length: client.BlockSize}})
		}
	case 10:
		m.wait(time.Duration(one(m, 1, 10, 100, 1000, 10_000)) * time.Millisecond)
	case 11:
		if m.one(8) {
			m.leave(id)
		}
	}
}

// come opens a connection, most often with all that belongs to it.
func (m *mob) come(id client.ConnID) {
	m.came++
	m.open[id] = &abused{}
	m.step(client.Event{Kind: client.Opened, Conn: id, Dialed: m.one(2), Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, m.came, m.came, m.came}), 6881)})
	if m.open[id] == nil || m.one(20) {
		return
	}
	m.shake(id, m.came%one[byte](m, 4, 100), uint32(m.IntN(4)))
	if m.open[id] != nil && !m.one(10) {
		m.say(id, m.bitfield(one(m, 1, 2, 20)))
	}
}

func (m *mob) leave(id client.ConnID) {
	m.open[id] = nil
	m.step(client.Event{Kind: client.Closed, Conn: id})
}

func (m *mob) shake(id client.ConnID, name byte, bits uint32) {
	data := append(m.torrent.InfoHash[:], make([]byte, 20)...)
	data[39] = name
	m.say(id, client.Message{Kind: client.Handshake, Index: bits, Data: data})
}

// bitfield is about one of so many pieces.
func (m *mob) bitfield(of int) client.Message {
	data := make([]byte, (m.torrent.Pieces()+7)/8)
	for i := range m.torrent.Pieces() {
		if m.one(of) {
			data[i/8] |= 0x80 >> (i % 8)
		}
	}
	return client.Message{Kind: client.Bitfield, Data: data}
}

// message is of any kind and about a block that there is.
func (m *mob) message(c *abused) client.Message {
	x := client.Message{Kind: client.Kind(m.IntN(int(client.Suggest) + 1)), Index: uint32(m.IntN(m.torrent.Pieces()))}
	m.store.CorruptNext(m.one(4))
	switch x.Kind {
	case client.Bitfield, client.Handshake, client.Request: // the first two end a connection, as do requests for what is not shown
		if x.Kind = client.Interested; len(c.shown) > 0 {
			x.Kind, x.Index = client.Request, one(m, c.shown...)
		}
	}
	block := m.IntN(m.torrent.Blocks(int(x.Index)))
	x.Begin, x.Length = uint32(block)*client.BlockSize, m.torrent.BlockSizeOf(int(x.Index), block)
	return x
}

// nonsense is a message of which something is wrong.
func (m *mob) nonsense(c *abused) client.Message {
	x := m.message(c)
	number := one[uint32](m, 0, 1, m.Uint32N(20), m.Uint32(), 1<<32-1)
	switch m.IntN(5) {
	case 0:
		x.Kind = client.Kind(m.IntN(256))
	case 1:
		x.Index = number
	case 2:
		x.Begin = number
	case 3:
		x.Length = number
	case 4:
		x = m.bitfield(1)
		x.Data[len(x.Data)-1] |= byte(m.IntN(4))
	}
	return x
}

// answer sends blocks that were asked for, the odd one corrupt, or refuses them.
func (m *mob) answer(id client.ConnID, c *abused, most int) {
	bad := one(m, 0, 0, 10)
	for ; most > 0 && len(c.asked) > 0 && m.open[id] == c; most-- {
		x := c.asked[0]
		c.asked = c.asked[1:]
		if bad > 0 && m.one(bad) {
			x.Kind = client.Reject
		}
		m.store.CorruptNext(bad > 0 && m.one(bad))
		m.say(id, x)
		m.wait(time.Duration(m.IntN(200)) * time.Millisecond)
	}
}

// wait lets time pass with the ticks that the client asks for.
func (m *mob) wait(d time.Duration) {
	end := m.now + d
	for m.stepper.NextTick() <= end {
		m.now = max(m.now, m.stepper.NextTick())
		m.step(client.Event{Kind: client.Tick})
	}
	m.now = end
}

func (m *mob) goAway() {
	m.store.CorruptNext(false)
	for id, c := range m.open {
		if c != nil {
			m.leave(client.ConnID(id))
		}
	}
}

// honest opens a connection for a neighbour that keeps to the protocol.
func (m *mob) honest(name byte) *abused {
	m.now += 2 * time.Minute
	m.open[0] = &abused{}
	m.step(client.Event{Kind: client.Opened, Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{11, 0, 0, name}), 6881)})
	m.shake(0, name, 3)
	return m.open[0]
}

// serve: an honest seed has everything, and gives what it is asked for.
func (m *mob) serve() {
	c := m.honest(201)
	m.say(0, m.bitfield(1))
	m.say(0, client.Message{Kind: client.Unchoke})
	have, since := 0, m.now // some mixtures are slow
	for m.open[0] == c && !m.peer.Complete() && m.now < since+10*time.Minute {
		if n := m.peer.HaveCount(); n > have {
			have, since = n, m.now
		}
		for len(c.asked) > 0 && m.open[0] == c {
			x := c.asked[0]
			c.asked = c.asked[1:]
			m.say(0, x)
		}
		m.say(0, client.Message{Kind: client.KeepAlive})
		m.wait(100 * time.Millisecond)
	}
	if !m.peer.Complete() {
		m.fail("%d of %d pieces, and no more from an honest seed", m.peer.HaveCount(), m.torrent.Pieces())
	}
}

// beServed: an honest leecher gets something from the client once unchoked.
func (m *mob) beServed() {
	c := m.honest(202)
	m.say(0, client.Message{Kind: client.Interested})
	for end := m.now + 10*time.Minute; m.now < end && m.open[0] == c && !c.served; m.wait(time.Second) {
		if c.unchokes && len(c.shown) > 0 {
			piece := c.shown[len(c.shown)-1]
			m.say(0, client.Message{Kind: client.Request, Index: piece, Length: m.torrent.BlockSizeOf(int(piece), 0)})
		}
		m.say(0, client.Message{Kind: client.KeepAlive})
	}
	if !c.served {
		m.fail("an honest leecher gets nothing")
	}
}
