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
	"swarmsim/sim/measure"
	"swarmsim/sim/scenario"
)

// No messages of hostile neighbours make a client with any settings panic, send on a closed
// connection, or request a block that does not exist. Once they are gone the client downloads from
// and uploads to an honest neighbour as usual.
func TestHostileNeighbours(t *testing.T) {
	for _, settings := range []string{"{}", "{reveal: super-seeding}", "{reveal: smart-seed, max_unverified: 64 KiB}"} {
		abuse(t, settings, 100)
	}
	for _, p := range scenario.Profiles() {
		abuse(t, "{profile: "+p.Name+"}", 100)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		abuse(t, randomSettings(r), 4)
	}
}

// randomSettings draws a scenario's settings of a client. Some combinations are invalid.
func randomSettings(r *rand.Rand) string {
	var all []string
	set := func(name string, values ...string) { all = append(all, name+": "+values[r.IntN(len(values))]) }
	known := Catalogue()
	for _, f := range reflect.VisibleFields(reflect.TypeFor[scenario.Client]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch kind := f.Tag.Get("kind"); {
		case name == "transport": // requires another transport than ideal
		case scenario.ChoicesOf(f) != nil:
			set(name, scenario.ChoicesOf(f)...)
		case f.Type.Kind() == reflect.Bool:
			set(name, "true", "false")
		case kind != "":
			var names []string
			for _, n := range known.Of(kind) {
				// These chokers do not serve every peer.
				if kind != "choker" || !slices.Contains([]string{"never", "surplus", "binomial-pipeline"}, n.Name) {
					names = append(names, n.Name)
				}
			}
			set(name, names...)
		}
	}
	set("rate_window", "0 s", "2 s")
	set("max_unverified", "0 B", "64 KiB")
	set("allowed_fast_set_size", "0", "5")
	set("misbehaviour", "{}", "{}", "{over_report: 0.5, under_report: 0.3}",
		"{over_report: 1, over_report_reply: garbage, forced_announce_interval: 1 s}", "{peer_rate_limit: 20 kB/s}")
	set("upload", "{}", "{send_buffer_time: 1 s, order: random}",
		"{send_buffer_blocks: 2, read_delay: 1 ms, order: random}")
	return "{" + strings.Join(all, ", ") + "}"
}

// abuse plays a number of mobs against a client with these settings, if they are valid.
func abuse(t *testing.T, settings string, mobs uint64) {
	source := scenario.Source{Shown: "hostile.yaml", Files: fstest.MapFS{}, Dir: ".", Catalogue: Catalogue()}
	source.Text = []byte(`
name: hostile
content: {size: 1 MiB}
client: ` + settings + `
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: peer, count: 1, link: {up: 1 MB/s, down: 1 MB/s}}
`)
	s, err := scenario.Load(source)
	if err != nil {
		return
	}
	for seed := range mobs {
		m := newMob(t, &s.Client, seed)
		m.about = fmt.Sprintf("seed %d of client: %s", seed, settings)
		m.play()
	}
}

// play sends the client hostile messages, and then connects honest neighbours.
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
	m.disconnectAll()
	if !m.peer.Complete() {
		m.download()
	}
	m.disconnectAll()
	m.upload()
}

// fail ends the test with the seed and settings that reproduce the failure.
func (m *mob) fail(format string, args ...any) {
	m.t.Fatalf("%v: at %v: "+format, append([]any{m.about, m.now}, args...)...)
}

// mob is a client's hostile neighbours, and what they know of the client.
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
	open    [4]*session // by connection; nil if closed
	opened  byte        // connections so far
}

// stepper is a client, or an adversary around one.
type stepper interface {
	Step(now time.Duration, e *client.Event, out []client.Action) []client.Action
	NextTick() time.Duration
}

// session is the state of the client on one connection.
type session struct {
	requested  []client.Message // requests of the client that are not answered
	announced  []uint32         // pieces that the client has announced
	unsent     int              // blocks that the network has not reported as sent
	interested bool             // the client is interested
	unchokes   bool             // the client unchokes the neighbour
	served     bool             // the client has sent a block
}

func newMob(t *testing.T, c *scenario.Client, seed uint64) *mob {
	m := &mob{t: t, Rand: rand.New(rand.NewPCG(seed, 1))}
	m.torrent.PieceLength = one[int64](m, 1, 1000,
		client.BlockSize, client.BlockSize+1, 3*client.BlockSize, 20*client.BlockSize)
	m.torrent.Length = 1 + m.Int64N(one[int64](m, 12, 100)*m.torrent.PieceLength)
	set, misbehaviour := settings(c), behaviour(c, one(m, 0, 0.1))
	choker, seedChoker := newChokers(c)
	m.peer = client.New(client.Config{
		Torrent:    &m.torrent,
		ID:         client.PeerID{1},
		Complete:   m.chance(4),
		Store:      &m.store,
		Rand:       rand.New(rand.NewPCG(seed, 2)),
		Choker:     choker,
		SeedChoker: seedChoker,
		Picker:     newPicker(c.Picker, measure.NewCopies(m.torrent.Pieces(), 2)),
		Loop:       newLoop(c.EventLoop),
		Assign:     newAssignment(c.Assignment),
		EndGame:    newEndGame(c.EndGame),
		Reveal:     newReveal(c.Reveal),
		Backlog:    newBacklog(c.Backlog),
		Settings:   &set,
	})
	m.stepper = m.peer
	if !misbehaviour.Honest() {
		m.stepper = adversary.New(m.peer, misbehaviour, &m.torrent, false, rand.New(rand.NewPCG(seed, 3)))
	}
	return m
}

// one draws one of several values.
func one[T any](m *mob, of ...T) T { return of[m.IntN(len(of))] }

// chance reports true with a probability of 1/n.
func (m *mob) chance(n int) bool { return m.IntN(n) == 0 }

// step passes an event to the client and checks its actions.
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
			m.fail("%v on connection %d, which is closed", a.Message.Kind, a.Conn)
		case a.Kind == client.HangUp:
			m.open[a.Conn] = nil
		default:
			m.receive(c, a.Message)
		}
	}
}

// receive checks a message of the client and updates the session.
func (m *mob) receive(c *session, x client.Message) {
	switch x.Kind {
	case client.Request, client.Cancel:
		piece := int(x.Index)
		if piece >= m.torrent.Pieces() || x.Begin%client.BlockSize != 0 ||
			x.Length != m.torrent.BlockSizeOf(piece, int(x.Begin/client.BlockSize)) {
			m.fail("%v of %d bytes at %d of piece %d", x.Kind, x.Length, x.Begin, x.Index)
		}
		same := func(y client.Message) bool { return x.Index == y.Index && x.Begin == y.Begin }
		c.requested = slices.DeleteFunc(c.requested, same)
		if x.Kind == client.Request || m.chance(2) { // a cancelled block may be sent nevertheless
			x.Kind = client.Piece
			c.requested = append(c.requested, x)
		}
	case client.Have:
		c.announced = append(c.announced, x.Index)
	case client.HaveAll:
		for i := range m.torrent.Pieces() {
			c.announced = append(c.announced, uint32(i))
		}
	case client.Bitfield:
		for i := range m.torrent.Pieces() {
			if x.Data[i/8]&(0x80>>(i%8)) != 0 {
				c.announced = append(c.announced, uint32(i))
			}
		}
	case client.Piece:
		c.unsent++
		c.served = true
	case client.Interested, client.NotInterested:
		c.interested = x.Kind == client.Interested
	case client.Choke, client.Unchoke:
		c.unchokes = x.Kind == client.Unchoke
	}
}

// send passes a message of a neighbour to the client, after the prefetches of the simulation.
func (m *mob) send(id client.ConnID, x client.Message) {
	var lines prefetch.List
	for step := range 3 {
		m.peer.PrefetchMessage(&lines, step, id, x.Kind, x.Index, x.Begin)
		m.peer.PrefetchSent(&lines, step, id)
	}
	lines.Fetch()
	m.step(client.Event{Kind: client.Received, Conn: id, Message: x})
}

// act does something that a neighbour may do, drawn at random.
func (m *mob) act() {
	id := client.ConnID(m.IntN(len(m.open)))
	c := m.open[id]
	if c == nil {
		m.connect(id)
		return
	}
	switch m.IntN(12) {
	case 0:
		m.send(id, m.malformed(c))
	case 1, 2, 3:
		m.send(id, m.message(c))
	case 4, 5, 6, 7:
		m.answer(id, c, 1+m.IntN(20))
	case 8:
		m.send(id, client.Message{Kind: one(m, client.Unchoke, client.Unchoke, client.Interested)})
	case 9:
		for ; c.unsent > 0 && m.open[id] == c; c.unsent-- {
			block := client.Message{Kind: client.Piece, Length: client.BlockSize}
			m.step(client.Event{Kind: client.Sent, Conn: id, Message: block})
		}
	case 10:
		m.wait(time.Duration(one(m, 1, 10, 100, 1000, 10_000)) * time.Millisecond)
	case 11:
		if m.chance(8) {
			m.disconnect(id)
		}
	}
}

// connect opens a connection, in most cases with a handshake and a bitfield.
func (m *mob) connect(id client.ConnID) {
	m.opened++
	m.open[id] = &session{}
	m.step(client.Event{
		Kind:   client.Opened,
		Conn:   id,
		Dialed: m.chance(2),
		Addr:   netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, m.opened, m.opened, m.opened}), 6881),
	})
	if m.open[id] == nil || m.chance(20) {
		return
	}
	m.sendHandshake(id, m.opened%one[byte](m, 4, 100), uint32(m.IntN(4)))
	if m.open[id] != nil && !m.chance(10) {
		m.send(id, m.bitfield(one(m, 1, 2, 20)))
	}
}

func (m *mob) disconnect(id client.ConnID) {
	m.open[id] = nil
	m.step(client.Event{Kind: client.Closed, Conn: id})
}

func (m *mob) sendHandshake(id client.ConnID, name byte, bits uint32) {
	data := append(m.torrent.InfoHash[:], make([]byte, 20)...)
	data[39] = name
	m.send(id, client.Message{Kind: client.Handshake, Index: bits, Data: data})
}

// bitfield has each piece with a probability of 1/n.
func (m *mob) bitfield(n int) client.Message {
	data := make([]byte, (m.torrent.Pieces()+7)/8)
	for i := range m.torrent.Pieces() {
		if m.chance(n) {
			data[i/8] |= 0x80 >> (i % 8)
		}
	}
	return client.Message{Kind: client.Bitfield, Data: data}
}

// message returns a valid message of a random kind about a block that exists.
func (m *mob) message(c *session) client.Message {
	x := client.Message{Kind: client.Kind(m.IntN(int(client.Unknown) + 1)), Index: uint32(m.IntN(m.torrent.Pieces()))}
	m.store.CorruptNext(m.chance(4))
	switch x.Kind {
	case client.Bitfield, client.HaveAll, client.HaveNone, client.Handshake, client.Request:
		// These may end a connection, as do requests for pieces that are not announced.
		if x.Kind = client.Interested; len(c.announced) > 0 {
			x.Kind, x.Index = client.Request, one(m, c.announced...)
		}
	}
	block := m.IntN(m.torrent.Blocks(int(x.Index)))
	x.Begin, x.Length = uint32(block)*client.BlockSize, m.torrent.BlockSizeOf(int(x.Index), block)
	return x
}

// malformed returns a message with one wrong part.
func (m *mob) malformed(c *session) client.Message {
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

// answer answers up to a number of requests, with some blocks corrupt and some requests rejected.
func (m *mob) answer(id client.ConnID, c *session, limit int) {
	bad := one(m, 0, 0, 10)
	for ; limit > 0 && len(c.requested) > 0 && m.open[id] == c; limit-- {
		x := c.requested[0]
		c.requested = c.requested[1:]
		if bad > 0 && m.chance(bad) {
			x.Kind = client.Reject
		}
		m.store.CorruptNext(bad > 0 && m.chance(bad))
		m.send(id, x)
		m.wait(time.Duration(m.IntN(200)) * time.Millisecond)
	}
}

// wait advances the time, with the ticks that the client requests.
func (m *mob) wait(d time.Duration) {
	end := m.now + d
	for m.stepper.NextTick() <= end {
		m.now = max(m.now, m.stepper.NextTick())
		m.step(client.Event{Kind: client.Tick})
	}
	m.now = end
}

// disconnectAll closes all connections.
func (m *mob) disconnectAll() {
	m.store.CorruptNext(false)
	for id, c := range m.open {
		if c != nil {
			m.disconnect(client.ConnID(id))
		}
	}
}

// connectHonest opens a connection to a neighbour that follows the protocol.
func (m *mob) connectHonest(name byte) *session {
	m.now += 2 * time.Minute
	m.open[0] = &session{}
	m.step(client.Event{Kind: client.Opened, Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{11, 0, 0, name}), 6881)})
	m.sendHandshake(0, name, 3)
	return m.open[0]
}

// download checks that the client completes from an honest seed that answers every request.
func (m *mob) download() {
	c := m.connectHonest(201)
	m.send(0, m.bitfield(1))
	m.send(0, client.Message{Kind: client.Unchoke})
	have, since := 0, m.now // some settings are slow
	for m.open[0] == c && !m.peer.Complete() && m.now < since+10*time.Minute {
		if n := m.peer.HaveCount(); n > have {
			have, since = n, m.now
		}
		for len(c.requested) > 0 && m.open[0] == c {
			x := c.requested[0]
			c.requested = c.requested[1:]
			m.send(0, x)
		}
		m.send(0, client.Message{Kind: client.KeepAlive})
		m.wait(100 * time.Millisecond)
	}
	if !m.peer.Complete() {
		m.fail("%d of %d pieces after ten minutes without progress from an honest seed",
			m.peer.HaveCount(), m.torrent.Pieces())
	}
}

// upload checks that the client unchokes an honest leecher and sends it a block.
func (m *mob) upload() {
	c := m.connectHonest(202)
	m.send(0, client.Message{Kind: client.Interested})
	for end := m.now + 10*time.Minute; m.now < end && m.open[0] == c && !c.served; m.wait(time.Second) {
		if c.unchokes && len(c.announced) > 0 {
			piece := c.announced[len(c.announced)-1]
			m.send(0, client.Message{Kind: client.Request, Index: piece, Length: m.torrent.BlockSizeOf(int(piece), 0)})
		}
		m.send(0, client.Message{Kind: client.KeepAlive})
	}
	if !c.served {
		m.fail("an honest leecher receives no block")
	}
}
