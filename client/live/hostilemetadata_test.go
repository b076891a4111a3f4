package live_test

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"io/fs"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/extension"
	"swarmsim/client/live"
	"swarmsim/torrent"
)

// metadataPeer is a peer that serves the description of a torrent, as it says.
type metadataPeer struct {
	hash  [20]byte
	id    byte
	size  int64                     // that it claims
	piece func(piece uint32) []byte // its answer; nil for none
}

// serve plays the peer on a connection that was accepted.
func (f *metadataPeer) serve(p *rawPeer) {
	if _, err := p.r.Handshake(); err != nil {
		return
	}
	h := extension.Handshake{MetadataSize: f.size}
	h.IDs[extension.Metadata] = 7
	p.send(hello(f.hash, rawID(f.id)), client.Message{Kind: client.Extended, Data: h.Append([]byte{extension.HandshakeID})})
	var theirs extension.Handshake
	for {
		m, err := p.r.Next()
		switch {
		case err != nil:
			return
		case m.Kind == client.Extended && m.Data[0] == extension.HandshakeID:
			theirs.Decode(m.Data[1:])
		case m.Kind == client.Extended && m.Data[0] == 7 && f.piece != nil:
			var r extension.MetadataMessage
			if r.Decode(m.Data[1:]) != nil {
				return
			}
			answer := extension.MetadataMessage{Type: extension.MetadataData, Piece: r.Piece, TotalSize: f.size, Data: f.piece(r.Piece)}
			id := theirs.IDs[extension.Metadata]
			if !p.send(client.Message{Kind: client.Extended, Data: answer.Append([]byte{id})}) {
				return
			}
		}
	}
}

// pieceOf returns a piece of a description.
func pieceOf(info []byte) func(uint32) []byte {
	return func(i uint32) []byte {
		from := min(int(i)*extension.MetadataPiece, len(info))
		return info[from:min(from+extension.MetadataPiece, len(info))]
	}
}

// A description that does not hash, is too long, never comes or comes in wrong lengths is not used; the
// peers that send it are hung up on or banned, and the right one is fetched from others.
func TestMetadataOfLiars(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 1 << 20, "b": 100})
	size := int64(len(meta.Info))
	for _, lie := range []struct {
		name   string
		peer   metadataPeer
		logged string // "" if the liar may stay
	}{
		{"garbage", metadataPeer{size: size, piece: pieceOf(bytes.Repeat([]byte("x"), int(size)))},
			"it is banned: it has sent metadata whose hash does not match"},
		{"another description", metadataPeer{size: 60_000, piece: pieceOf(bytes.Repeat([]byte("d"), 60_000))},
			"it is banned: it has sent metadata whose hash does not match"},
		{"more than is fetched", metadataPeer{size: 33 << 20}, "message extended"},
		{"pieces that are too long", metadataPeer{size: size, piece: pieceOf(make([]byte, 16<<10))}, "message extended"},
		{"pieces that are too short", metadataPeer{size: size, piece: pieceOf(nil)}, "message extended"},
		{"32 MiB that never come", metadataPeer{size: 32 << 20}, ""},
	} {
		t.Run(lie.name, func(t *testing.T) {
			lie.peer.hash, lie.peer.id = meta.InfoHash, 1
			log, out := newLogBook(), t.TempDir()
			s := newSession(t, func(c *live.Config) { log.use(c); small(c) })
			before := heap()
			x, err := s.AddMagnet(&torrent.Magnet{InfoHashV1: meta.InfoHash}, live.Options{Folder: out})
			if err != nil {
				t.Fatal(err)
			}
			liar := listenRaw(t, "127.0.0.2", lie.peer.serve)
			x.AddPeers([]netip.AddrPort{liar})
			if lie.logged != "" {
				log.expect(t, "hung up", liar.String(), lie.logged)
			}
			if grown := heap() - before; grown > 8<<20 {
				t.Errorf("the heap grew by %d bytes", grown)
			}
			seed := newSession(t, small)
			await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
			x.AddPeers(seed.Addrs())
			await(t, x)
			equal(t, folder, out, meta)
		})
	}
}

// A description that hashes, and names files outside the folder, is refused or its names are changed, and
// nothing is written outside.
func TestMetadataWithUnsafePaths(t *testing.T) {
	file := func(path string) string { return "d6:lengthi1e4:path" + path + "e" }
	for name, files := range map[string]string{
		"parent folder": file("l2:..6:passwde"),
		"absolute path": file("l11:/etc/passwde"),
		"separator":     file("l7:../evile"),
		"no path":       file("le"),
		"same path":     file("l1:ae") + file("l1:ae"),
		"file in file":  file("l1:ae") + file("l1:a1:be"),
		"huge length":   "d6:lengthi9223372036854775807e4:pathl1:aee",
		"no files":      "",
		"nested":        strings.Repeat("l", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			info := []byte(fmt.Sprintf("d5:filesl%se4:name4:evil12:piece lengthi16384e6:pieces20:%se", files, strings.Repeat("h", 20)))
			top, hash := t.TempDir(), sha1.Sum(info)
			s := newSession(t, small)
			x, err := s.AddMagnet(&torrent.Magnet{InfoHashV1: hash}, live.Options{Folder: filepath.Join(top, "downloads")})
			if err != nil {
				t.Fatal(err)
			}
			f := metadataPeer{hash: hash, id: 1, size: int64(len(info)), piece: pieceOf(info)}
			x.AddPeers([]netip.AddrPort{listenRaw(t, "127.0.0.2", f.serve)})
			for x.Meta() == nil && x.State() != live.Failed { // names that collide are changed by package storage
				time.Sleep(time.Millisecond)
			}
			if x.State() == live.Failed && x.Err() == nil {
				t.Error("the torrent failed without a reason")
			}
			if err := x.Close(t.Context()); err != nil {
				t.Log(err)
			}
			expectBelow(t, top, "downloads")
		})
	}
}

// Retry does nothing while there is no description.
func TestRetryWithoutMetadata(t *testing.T) {
	x, err := newSession(t, small).AddMagnet(&torrent.Magnet{InfoHashV1: [20]byte{1}}, live.Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	x.Retry()
	if err := x.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// expectBelow fails the test if there is anything in a folder but one folder, and what is below it.
func expectBelow(t *testing.T, top, folder string) {
	t.Helper()
	filepath.WalkDir(top, func(path string, _ fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(top, path)
		if err == nil && rel != "." && rel != folder && !strings.HasPrefix(rel, folder+string(filepath.Separator)) {
			t.Errorf("%s was written", path)
		}
		return err
	})
}
