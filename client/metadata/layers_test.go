package metadata

import (
	"crypto/sha256"
	"testing"
	"testing/fstest"
	"time"

	"swarmsim/client"
	"swarmsim/client/layers"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// v2Torrent returns a torrent of one file of version 2, or a hybrid.
func v2Torrent(t *testing.T, v torrent.Version) *torrent.Meta {
	t.Helper()
	m, err := files.Create(t.Context(), fstest.MapFS{"a": {Data: make([]byte, 100_000)}}, "a",
		files.Options{Version: v, PieceLength: 16 << 10})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fetching starts a Fetcher of a torrent and its layers. bare becomes the torrent without them.
func fetching(t *testing.T, m *torrent.Meta, most time.Duration) (s *script, bare **torrent.Meta) {
	bare = new(*torrent.Meta)
	hash := sha256.Sum256(m.Info)
	return newScript(t, m.Info, func(c *Config) {
		c.InfoHash, c.V2 = m.InfoHash, &hash
		c.Layers = func(info []byte) (*layers.Fetcher, time.Duration) {
			*bare, _ = torrent.ParseInfo(info)
			return layers.NewFetcher(*bare), most
		}
	}), bare
}

// join establishes a connection to a neighbour and gets the dictionary from it.
func (s *script) join(c client.ConnID, m *torrent.Meta, speaks uint32) string {
	s.step(client.Event{Kind: client.Opened, Conn: c, Addr: addr(byte(c) + 1)})
	h := s.handshake(byte(c) + 1)
	h.Index |= speaks
	s.receive(c, h)
	s.receive(c, theirHandshake(int64(len(m.Info))))
	return s.data(c, m.Info, 0)
}

// A torrent of version 2 is ready when its layers are there; what is wrong is not believed.
func TestLayersFollowTheDictionary(t *testing.T) {
	m := v2Torrent(t, torrent.V2)
	s, bare := fetching(t, m, 0)
	s.expect(s.join(0, m, client.SpeaksV2), "0: hash request")
	if s.f.Done() {
		t.Fatal("done without layers")
	}
	r := layers.Request{Root: m.Files[0].Root, Count: 8, ProofLayers: 2}
	answer, ok := layers.NewServer(m).Answer(r.Append(nil))
	if !ok {
		t.Fatal("no answer")
	}
	wrong := append([]byte{}, answer...)
	wrong[len(wrong)-1]++
	s.expect(s.receive(0, client.Message{Kind: client.Hashes, Data: wrong}), "0: hang up")
	s.step(client.Event{Kind: client.Opened, Conn: 1, Addr: addr(2)})
	s.expect(s.receive(1, client.Message{Kind: client.Handshake, Index: client.SpeaksExtensions | client.SpeaksV2,
		Data: s.handshake(2).Data}), "1: handshake, 1: extended, 1: hash request")
	s.expect(s.receive(1, client.Message{Kind: client.HashReject, Data: r.Append(nil)}), "")
	s.expect(s.advance(6*time.Second), "1: hash request")
	s.expect(s.receive(1, client.Message{Kind: client.Hashes, Data: answer}), "1: hang up")
	if !s.f.Done() || len((*bare).MissingLayers()) > 0 {
		t.Error("not done")
	}
}

// The layers of a hybrid are waited for as long as was said, and not at all where no neighbour has any.
func TestLayersOfHybrid(t *testing.T) {
	m := v2Torrent(t, torrent.Hybrid)
	s, _ := fetching(t, m, 5*time.Second)
	s.expect(s.join(0, m, 0), "0: hang up")
	if !s.f.Done() {
		t.Error("the fetcher waits for layers that no neighbour has")
	}
	s, _ = fetching(t, m, 5*time.Second)
	s.expect(s.join(0, m, client.SpeaksV2), "0: hash request")
	s.expect(s.advance(6*time.Second), "0: hang up")
	if !s.f.Done() {
		t.Error("layers are waited for")
	}
}

// A dictionary that is known needs its layers only.
func TestLayersAlone(t *testing.T) {
	m := v2Torrent(t, torrent.V2)
	s, _ := fetching(t, m, 0)
	c := s.f.cfg
	c.Info = m.Info
	s.f = New(c)
	s.step(client.Event{Kind: client.Tick})
	s.step(client.Event{Kind: client.Opened, Conn: 0, Addr: addr(1)})
	h := s.handshake(1)
	copy(h.Data, m.InfoHash[:])
	h.Index |= client.SpeaksV2
	s.expect(s.receive(0, h), "0: handshake, 0: extended, 0: hash request")
}
