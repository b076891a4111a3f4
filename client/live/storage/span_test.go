package storage

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"testing"

	"swarmsim/client"
	"swarmsim/torrent"
)

// pair returns both ends of a TCP connection.
func pair(t *testing.T) (a, b net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if a, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if b, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = a.Close(), b.Close() })
	return a, b
}

func TestSpans(t *testing.T) {
	m := makeTorrent(64<<10, torrent.File{Path: "a", Length: 100_000}, torrent.File{Path: "b", Length: 1 << 20})
	folder := t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
	block := client.BlockRef{Index: 5, Begin: BlockSize, Length: BlockSize}
	if _, ok := e.Span(block); ok {
		t.Error("a span of an unverified piece")
	}
	e.download(0, m.Pieces())
	if _, ok := e.Span(client.BlockRef{Index: 1, Begin: 2 * BlockSize, Length: BlockSize}); ok {
		t.Error("a span over two files")
	}
	a, b := pair(t)
	for _, w := range []io.Writer{a, struct{ io.Writer }{a}} { // by sendfile, and through memory
		s, ok := e.Span(block)
		if !ok {
			t.Fatal("no span")
		}
		sent := make(chan error)
		go func() {
			_, err := s.WriteTo(w)
			sent <- err
		}()
		got := make([]byte, BlockSize)
		_, err := io.ReadFull(b, got)
		if err := errors.Join(err, <-sent); err != nil || !bytes.Equal(got, m.piece(5)[BlockSize:2*BlockSize]) {
			t.Error("the block differs, or: ", err)
		}
		s.Release()
	}
	s, _ := e.Span(block)
	if err := os.Truncate(m.file(folder, 1), 3*64<<10); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, b) }()
	if n, err := s.WriteTo(a); err != io.ErrUnexpectedEOF {
		t.Errorf("the file has become shorter: %d bytes, %v", n, err)
	}
	s.Release()
}
