package content

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"swarmsim/client"
	"swarmsim/sim/scenario"
)

// withPeers is a scenario of n peers, whose content the test fills in.
func withPeers(n int) *scenario.Scenario {
	s := &scenario.Scenario{Seed: 1, Groups: []scenario.Group{{Count: n}}}
	s.Content.Piece = 16 << 10
	return s
}

func TestCheckNamesTheField(t *testing.T) {
	files := fstest.MapFS{"d/junk.torrent": {Data: []byte("d4:info3:abce")}, "d/empty": {}, "d/one": {Data: make([]byte, 1<<20)}}
	for _, c := range []struct {
		change      func(s *scenario.Scenario)
		field, says string
	}{
		{func(s *scenario.Scenario) { s.Content.Torrent = "junk.torrent" }, "content.torrent", `"junk.torrent" is not a torrent file`},
		{func(s *scenario.Scenario) { s.Content.Path = "empty" }, "content.path", `"empty" has no content`},
		{func(s *scenario.Scenario) { s.Content.Path, s.Content.Piece = "one", 1 }, "", ""},
		{func(s *scenario.Scenario) { s.Content.Size, s.Content.Piece = MaxPieces+1, 1 }, "content", "4194305 pieces; at most 4194304"},
		{func(s *scenario.Scenario) { s.Content.Size, s.Payload = scenario.MaxReal, "real" }, "content", "for each of 2 peers in memory"},
	} {
		s := withPeers(2)
		c.change(s)
		field, _, err := Check(s, files, "d")
		if field != c.field || (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("field %q: %v; want %q: %s", field, err, c.field, c.says)
		}
	}
}

// The info hash depends on the seed and the shape of the content, and on neither the
// scenario's name nor the path of its files.
func TestInfoHashIgnoresNames(t *testing.T) {
	data := &fstest.MapFile{Data: []byte("some content")}
	files := fstest.MapFS{"a": data, "b": data}
	hash := func(change func(s *scenario.Scenario)) [20]byte {
		s := withPeers(1)
		change(s)
		c, err := Load(t.Context(), s, files, ".", nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Torrent.InfoHash
	}
	size := hash(func(s *scenario.Scenario) { s.Content.Size = 1000 })
	if size != hash(func(s *scenario.Scenario) { s.Name, s.Content.Size = "renamed", 1000 }) {
		t.Error("the info hash depends on the scenario's name")
	}
	if size == hash(func(s *scenario.Scenario) { s.Seed, s.Content.Size = 2, 1000 }) {
		t.Error("two seeds share an info hash")
	}
	if hash(func(s *scenario.Scenario) { s.Content.Path = "a" }) != hash(func(s *scenario.Scenario) { s.Content.Path = "b" }) {
		t.Error("the info hash depends on the path")
	}
}

// A leecher's store verifies each piece once its bytes are written, and equals the source when
// all are.
func TestStoreVerifiesPieces(t *testing.T) {
	s := withPeers(2)
	s.Content.Size, s.Payload = 40_000, "real"
	c, err := Load(t.Context(), s, nil, ".", nil)
	if err != nil {
		t.Fatal(err)
	}
	seed, leecher := c.NewStore(true), c.NewStore(false)
	for piece := range uint32(c.Torrent.Pieces()) {
		if leecher.Verify(piece) != client.Bad {
			t.Errorf("piece %d is verified before it is written", piece)
		}
		size := uint32(c.Torrent.PieceSize(int(piece)))
		block, _ := seed.Read(client.BlockRef{Index: piece, Length: size})
		leecher.Write(piece, 0, block)
		if leecher.Verify(piece) != client.Good || seed.Verify(piece) != client.Good {
			t.Errorf("piece %d is not verified", piece)
		}
	}
	if equal, checked := c.Verify(leecher); !equal || !checked {
		t.Errorf("the copy: equal %v, checked %v", equal, checked)
	}
	b, _ := leecher.Read(client.BlockRef{Begin: 5, Length: 1})
	leecher.Write(0, 5, []byte{^b[0]})
	if equal, _ := c.Verify(leecher); equal || leecher.Verify(0) != client.Bad {
		t.Error("a damaged copy passes")
	}
	if _, checked := c.Verify(&VirtualStore{}); checked {
		t.Error("a virtual store is checked")
	}
}

// Hashing a large file stops when its context ends, and reports its progress until then.
func TestLoadCanBeInterrupted(t *testing.T) {
	files := fstest.MapFS{"big": {Data: bytes.Repeat([]byte("x"), 8<<20)}}
	s := withPeers(1)
	s.Content.Path = "big"
	ctx, cancel := context.WithCancel(t.Context())
	reported := false
	_, err := Load(ctx, s, files, ".", func(done, total int64) {
		reported = reported || done > 0 && done < total
		cancel()
	})
	if !errors.Is(err, context.Canceled) || !reported {
		t.Errorf("%v, progress reported: %v", err, reported)
	}
}

// A torrent of version 2 only is played with gaps between its files, whose pieces are aligned.
func TestTorrentOfVersion2(t *testing.T) {
	root := strings.Repeat("r", 32)
	text := "d4:infod9:file treed1:ad0:d6:lengthi10000e11:pieces root32:" + root + "ee1:bd0:d6:lengthi20000e11:pieces root32:" + root +
		"eee12:meta versioni2e4:name1:x12:piece lengthi32768eee"
	s := withPeers(1)
	s.Content.Torrent = "x.torrent"
	c, err := Open(s, fstest.MapFS{"x.torrent": {Data: []byte(text)}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Torrent.Files; c.Torrent.Length != 52768 || !slices.Equal(got, []int64{10000, 22768, 20000}) {
		t.Errorf("%d bytes in files of %d", c.Torrent.Length, got)
	}
}
