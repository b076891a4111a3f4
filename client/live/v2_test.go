package live_test

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/layers"
	"swarmsim/client/live"
	"swarmsim/client/wire"
	"swarmsim/torrent"
)

// layered are files whose layers take no, one and several requests in pieces of 16 KiB.
var layered = map[string]int{"large": 1100*16<<10 + 7, "two": 32 << 10, "one": 5, "empty": 0, "d/five": 5*16<<10 - 1}

// manyLayers returns a torrent of those files.
func manyLayers(t *testing.T, version torrent.Version, announce string) (folder string, meta *torrent.Meta) {
	t.Helper()
	return contentIn(t, version, announce, layered, 16<<10)
}

// addMagnet downloads a torrent of which only a magnet link is known, and compares the files.
func addMagnet(t *testing.T, s *live.Session, link *torrent.Magnet, meta *torrent.Meta, folder string, peers []netip.AddrPort) *live.Torrent {
	t.Helper()
	out := t.TempDir()
	x, err := s.AddMagnet(link, live.Options{Folder: out})
	if err != nil {
		t.Fatal(err)
	}
	x.AddPeers(peers)
	await(t, x)
	equal(t, folder, out, meta)
	if got := x.Meta(); !bytes.Equal(got.Info, meta.Info) {
		t.Error("the info dictionary differs")
	}
	return x
}

// A magnet link is enough for torrents of all versions: piece layers come from the peers too (BEP 52), also
// from one that has them from peers itself.
func TestMagnetLinks(t *testing.T) {
	for _, version := range []torrent.Version{torrent.V1, torrent.V2, torrent.Hybrid} {
		t.Run(version.String(), func(t *testing.T) {
			folder, meta := manyLayers(t, version, "")
			seed := newSession(t, nil)
			await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
			one, other := newSession(t, nil), newSession(t, nil)
			x := addMagnet(t, one, meta.Magnet(), meta, folder, seed.Addrs())
			if missing := x.Meta().MissingLayers(); len(missing) > 0 {
				t.Errorf("the layers of the files %v are missing", missing)
			}
			addMagnet(t, other, meta.Magnet(), meta, folder, one.Addrs())
		})
	}
}

// A download of version 2 is resumed although a magnet link says nothing of the pieces.
func TestMagnetLinkResumes(t *testing.T) {
	folder, meta := manyLayers(t, torrent.V2, "")
	seed := newSession(t, nil)
	await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
	x, err := newSession(t, nil).AddMagnet(meta.Magnet(), live.Options{Folder: folder, ReadOnly: true, StatePath: t.TempDir() + "/state"})
	if err != nil {
		t.Fatal(err)
	}
	x.AddPeers(seed.Addrs())
	await(t, x)
	if s := x.Stats(); s.Downloaded > 0 || s.Left > 0 {
		t.Errorf("%+v", s)
	}
}

// A torrent file without piece layers, which BEP 52 does not allow but clients save, is as good as a magnet
// link; a hybrid does not wait for them.
func TestTorrentWithoutLayers(t *testing.T) {
	for _, version := range []torrent.Version{torrent.V2, torrent.Hybrid} {
		t.Run(version.String(), func(t *testing.T) {
			folder, meta := manyLayers(t, version, "")
			seed := newSession(t, nil)
			await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
			bare, err := torrent.ParseInfo(meta.Info)
			if err != nil {
				t.Fatal(err)
			}
			download(t, newSession(t, nil), bare, folder, seed.Addrs())
			if version == torrent.V2 && len(bare.MissingLayers()) > 0 {
				t.Error("layers are missing")
			}
		})
	}
}

// Layers of a hybrid arrive while it downloads.
func TestHybridFetchesLayersMeanwhile(t *testing.T) {
	folder, meta := manyLayers(t, torrent.Hybrid, "")
	seed := newSession(t, func(c *live.Config) { c.UploadRate = 300_000 }) // the layers come before the last piece
	await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
	bare, err := torrent.ParseInfo(meta.Info)
	if err != nil {
		t.Fatal(err)
	}
	x := add(t, newSession(t, nil), bare, live.Options{Folder: t.TempDir()})
	x.AddPeers(seed.Addrs())
	for end := time.Now().Add(guard); len(bare.MissingLayers()) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no layers")
		}
	}
	if x.State() != live.Downloading {
		t.Errorf("the torrent is %v", x.State())
	}
}

// A hybrid is found by those who know one of its info hashes: clients of version 1, and those with a magnet
// link of version 2 (BEP 52).
func TestHybridIsInTwoSwarms(t *testing.T) {
	folder, meta := manyLayers(t, torrent.Hybrid, newTracker(t))
	await(t, add(t, newSession(t, nil), meta, live.Options{Folder: folder, ReadOnly: true}))
	first, second := meta.Magnet(), meta.Magnet()
	first.InfoHashV2 = [32]byte{}
	second.InfoHashV1 = [20]byte{}
	addMagnet(t, newSession(t, nil), first, meta, folder, nil)
	addMagnet(t, newSession(t, nil), second, meta, folder, nil)
	s := newSession(t, nil)
	x := add(t, s, meta, live.Options{Folder: t.TempDir()})
	if _, err := s.AddMagnet(second, live.Options{Folder: t.TempDir()}); err == nil {
		t.Error("the same hybrid is added twice")
	}
	await(t, x)
}

// Peers that know only one of a hybrid's info hashes are dialed with that one.
func TestHybridDialsSecondSwarm(t *testing.T) {
	folder, meta := manyLayers(t, torrent.Hybrid, newTracker(t))
	second := meta.Magnet()
	second.InfoHashV1 = [20]byte{}
	leecher := newSession(t, nil)
	x, err := leecher.AddMagnet(second, live.Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond) // it has announced itself, and found no peer
	await(t, add(t, newSession(t, nil), meta, live.Options{Folder: folder, ReadOnly: true}))
	await(t, x)
}

// A neighbour that asks for hashes without end is answered within limits, and nothing else suffers.
func TestHashRequestsAreLimited(t *testing.T) {
	folder, meta := manyLayers(t, torrent.V2, "")
	seed := newSession(t, nil)
	await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
	socket, err := net.Dial("tcp", seed.Addrs()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	socket.SetDeadline(time.Now().Add(guard))
	hello := client.Message{Kind: client.Handshake, Index: client.SpeaksV2, Data: append(meta.InfoHash[:20:20], bytes.Repeat([]byte("x"), 20)...)}
	out := wire.Append(nil, &hello)
	var root [32]byte
	for i := range meta.Files {
		if meta.Files[i].Path == "large" {
			root = meta.Files[i].Root
		}
	}
	const count = 500
	request := layers.Request{Root: root, Base: uint32(meta.PieceLayer()), Count: 256, ProofLayers: 1}
	for range count {
		out = wire.Append(out, &client.Message{Kind: client.HashRequest, Data: request.Append(nil)})
	}
	if _, err := socket.Write(out); err != nil {
		t.Fatal(err)
	}
	r := wire.NewReader(socket, wire.Limits{})
	answer, err := r.Handshake()
	if err != nil {
		t.Fatal(err)
	}
	if answer.Index&client.SpeaksV2 == 0 {
		t.Error("the handshake does not say that version 2 is known")
	}
	answered, rejected := 0, 0
	for answered+rejected < count {
		m, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		switch m.Kind {
		case client.Hashes:
			answered++
			if _, ok := layers.NewServer(meta).Answer(m.Data[:layers.RequestBytes]); !ok {
				t.Error("the answer is not one to the request")
			}
		case client.HashReject:
			rejected++
		}
	}
	if answered < 64 || rejected < 100 {
		t.Errorf("%d requests are answered, %d are rejected", answered, rejected)
	}
}
