package live

import (
	"fmt"
	mathrand "math/rand/v2"
	"net/netip"
	"time"

	"swarmsim/client"
	"swarmsim/client/layers"
	"swarmsim/client/metadata"
	"swarmsim/client/pieces"
	"swarmsim/client/wire"
	"swarmsim/torrent"
)

// run plays the torrent until it stops: it fetches what its description lacks, checks what is
// on disk, downloads and seeds.
func (t *Torrent) run() {
	defer t.session.wait.Done()
	defer close(t.ended)
	defer t.session.remove(t)
	defer t.stopAll()
	defer t.finish()
	defer t.end()
	var peers []netip.AddrPort
	if t.Meta() == nil || t.lacksLayers() {
		var err error
		if peers, err = t.describe(); err != nil || t.stopping {
			t.failUnlessStopped(err)
			return
		}
	}
	t.state.Store(uint32(Checking))
	have, err := t.resume()
	if err != nil {
		t.failUnlessStopped(err)
		return
	}
	if err := t.newPeer(have); err != nil {
		t.fail(err)
		return
	}
	t.found(peers, client.FromUser)
	t.loop(func() bool { return false })
}

// failUnlessStopped notes an error, unless it is because the torrent was stopped.
func (t *Torrent) failUnlessStopped(err error) {
	if err != nil && t.ctx.Err() == nil {
		t.fail(err)
	}
}

// use makes a state machine the one that the loop plays.
func (t *Torrent) use(m machine) {
	t.machine = m
	hello := m.Hello()
	hello.Index |= t.speaks()
	t.hello.Store(wire.Append(nil, &hello))
}

// hybridLayers is how long the download of a hybrid waits for piece layers. Later they are used as they
// come, and until then only SHA-1 hashes verify pieces.
const hybridLayers = 5 * time.Second

// lacksLayers reports whether the torrent cannot be verified without piece layers that peers have.
func (t *Torrent) lacksLayers() bool {
	m := t.Meta()
	return m.Version == torrent.V2 && len(m.MissingLayers()) > 0
}

// describe fetches from peers what the torrent's description lacks: the info dictionary (BEP 9), after
// which the files are opened, and piece layers (BEP 52). It returns the addresses of peers.
func (t *Torrent) describe() ([]netip.AddrPort, error) {
	s, seed := t.session, mathrand.New(mathrand.NewPCG(mathrand.Uint64(), mathrand.Uint64()))
	meta := t.Meta()
	known, tiers := meta != nil, [][]string(nil)
	if known {
		tiers = meta.Trackers
	} else {
		tiers = [][]string{t.magnet.Trackers}
	}
	t.trackers, _ = t.newTrackers(tiers)
	cfg := metadata.Config{
		InfoHash: t.hash, ID: s.id, Rand: seed, Trackers: len(t.trackers), ClientName: clientName, ListenPort: s.port(),
	}
	var parsed error
	cfg.Layers = func(info []byte) (*layers.Fetcher, time.Duration) {
		if !known {
			meta, parsed = t.parse(info)
		}
		return missingLayers(meta)
	}
	switch {
	case known:
		cfg.Info, cfg.V2 = meta.Info, &meta.InfoHashV2
	case t.magnet.InfoHashV2 != [32]byte{}:
		cfg.V2 = &t.magnet.InfoHashV2
	}
	f := metadata.New(cfg)
	t.use(f)
	t.findPeers(meta)
	t.loop(func() bool {
		done, _ := f.Progress()
		t.progress.Store(done)
		return f.Done()
	})
	switch {
	case t.stopping || parsed != nil:
		return nil, parsed
	case known:
		return f.Peers(), layersError(meta)
	}
	if err := s.join(t, swarmsOf(meta)); err != nil {
		return nil, err
	}
	if t.hash != meta.InfoHash { // of a hybrid only the version 2 info hash was known
		t.markSecond(f.Peers())
	}
	if err := layersError(meta); err != nil {
		return nil, err
	}
	return f.Peers(), t.openStore(meta)
}

// parse reads the info dictionary that peers have sent.
func (t *Torrent) parse(info []byte) (*torrent.Meta, error) {
	meta, err := torrent.ParseInfo(info)
	if err != nil {
		return nil, fmt.Errorf("the description of the torrent, which its peers have sent, %w", err)
	}
	if !t.magnet.Matches(meta) {
		return nil, fmt.Errorf("the description of the torrent lacks an info hash of the magnet link")
	}
	meta.Trackers, meta.WebSeeds = [][]string{t.magnet.Trackers}, t.magnet.WebSeeds
	if err := t.selectOf(meta); err != nil {
		return nil, err
	}
	if meta.Private {
		t.stopSources() // BEP 27
	}
	return meta, nil
}

// missingLayers returns what fetches the layers that a torrent lacks, nil if it lacks none, and how long at
// most.
func missingLayers(m *torrent.Meta) (*layers.Fetcher, time.Duration) {
	switch {
	case m == nil || len(m.MissingLayers()) == 0:
		return nil, 0
	case m.Version == torrent.Hybrid:
		return layers.NewFetcher(m), hybridLayers
	}
	return layers.NewFetcher(m), 0
}

// layersError returns why pieces of a torrent cannot be verified although its peers have sent all layers.
func layersError(m *torrent.Meta) error {
	if missing := m.MissingLayers(); m.Version == torrent.V2 && len(missing) > 0 {
		return fmt.Errorf("the torrent has no piece layer with the pieces root of %q", m.Files[missing[0]].Path)
	}
	return nil
}

// selectOf sets the priorities that a magnet link has for files (BEP 53), unless the user has some.
func (t *Torrent) selectOf(meta *torrent.Meta) (err error) {
	if t.options.Select != nil {
		t.options.Priorities, err = t.options.Select(meta)
	}
	if err != nil || t.options.Priorities != nil || t.magnet.Select == nil {
		return err
	}
	t.options.Priorities = make([]byte, len(meta.Files))
	for _, r := range t.magnet.Select {
		for i := max(r.First, 0); i <= r.Last && i < len(meta.Files); i++ {
			t.options.Priorities[i] = 1
		}
	}
	return nil
}

// resume finds out which pieces are on disk.
func (t *Torrent) resume() (pieces.Bitset, error) {
	progress := func(done, total int) {
		t.checked.Store(int64(done))
		t.toCheck.Store(int64(total))
	}
	have, err := t.store.Resume(t.ctx, progress)
	if err == nil && t.options.Check {
		have, err = t.store.Check(t.ctx, progress)
	}
	return have, err
}

// newPeer makes the state machine, which begins with the given pieces.
func (t *Torrent) newPeer(have pieces.Bitset) error {
	meta, seed := t.Meta(), mathrand.New(mathrand.NewPCG(mathrand.Uint64(), mathrand.Uint64()))
	cfg := t.session.cfg.Client(seed)
	for _, tr := range t.trackers {
		tr.client.Close()
	}
	var sizes []int
	t.trackers, sizes = t.newTrackers(meta.Trackers)
	settings := *cfg.Settings
	settings.Connections.SharedAddresses, settings.Connections.CanonicalPriority = true, true
	settings.Extensions = t.session.extensions()
	cfg.Settings = &settings
	cfg.ClientName, cfg.ListenPort, cfg.Info = clientName, t.session.port(), meta.Info
	cfg.Torrent = layoutOf(meta)
	cfg.ID, cfg.Rand, cfg.Store, cfg.Trace = t.session.id, seed, loopStore{t}, t.options.Trace
	cfg.Have, cfg.Priorities, cfg.Trackers = have, t.piecePriorities(t.options.Priorities), sizes
	if err := cfg.Check(); err != nil {
		return err
	}
	slots := &t.session.slots
	cfg.Choker, cfg.SeedChoker = slots.limitSlots(cfg.Choker, t.slotUse), slots.limitSlots(cfg.SeedChoker, t.slotUse)
	t.peer = client.New(cfg)
	t.use(t.peer)
	t.selected = true
	t.layers, _ = missingLayers(meta)
	t.setState()
	t.findPeers(meta)
	t.openWebSeeds(meta)
	return nil
}
