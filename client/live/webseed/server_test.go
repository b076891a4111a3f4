package webseed

import (
	"bytes"
	"context"
	"crypto/sha1"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"swarmsim/torrent"
)

// guard keeps a test from hanging.
func guard(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// pieceLength is that of the test torrents: two blocks.
const pieceLength = 32 << 10

// content makes a torrent and its content. A single name makes a torrent of a single file. The file
// named .pad is padding.
func content(names []string, lengths ...int64) (*torrent.Meta, []byte) {
	m := &torrent.Meta{Version: torrent.V1, InfoHash: [20]byte{1, 2}, Name: "a folder", PieceLength: pieceLength}
	var data []byte
	r := rand.NewChaCha8([32]byte{})
	for i, n := range lengths {
		f := torrent.File{Path: names[i], Length: n, Offset: m.Length}
		part := make([]byte, n)
		if names[i] == ".pad" {
			f.Attr = torrent.Padding
		} else {
			r.Read(part)
		}
		data = append(data, part...)
		m.Files = append(m.Files, f)
		m.Length += n
	}
	if len(names) == 1 {
		m.Single, m.Name = true, names[0]
	}
	for i := range m.Pieces() {
		sum := sha1.Sum(data[int64(i)*pieceLength:][:m.PieceSize(i)])
		m.Hashes = append(m.Hashes, sum[:]...)
	}
	return m, data
}

// odd is a torrent with files that a client has to be careful with.
func odd() (*torrent.Meta, []byte) {
	return content([]string{"b/50%?#&+ é.txt", "empty", ".pad", "one", "b/c/last"}, 40000, 0, 25536, 1, 100000)
}

// fileServer serves a torrent's files below /x/ as an honest server does, and counts.
type fileServer struct {
	meta *torrent.Meta
	data []byte
	URL  string

	mu       sync.Mutex
	requests []string // path and range
}

// newServer begins a server. wrap, if not nil, may answer a request in its place by writing to w.
func newServer(t *testing.T, m *torrent.Meta, data []byte, wrap func(s *fileServer, w http.ResponseWriter, r *http.Request) bool) *fileServer {
	t.Helper()
	s := &fileServer{meta: m, data: data}
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r.URL.Path+" "+r.Header.Get("Range"))
		s.mu.Unlock()
		if wrap == nil || !wrap(s, w, r) {
			s.serve(w, r)
		}
	}))
	t.Cleanup(h.Close)
	s.URL = h.URL + "/x/"
	return s
}

func (s *fileServer) serve(w http.ResponseWriter, r *http.Request) {
	for _, f := range s.meta.Files {
		path := "/x/" + s.meta.Name + "/" + f.Path
		if s.meta.Single {
			path = "/x/" + f.Path
		}
		if r.URL.Path == path && !f.Padding() {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.data[f.Offset:f.Offset+f.Length]))
			return
		}
	}
	http.NotFound(w, r)
}

func (s *fileServer) log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *fileServer) seed(t *testing.T, o Options) *Seed {
	t.Helper()
	seed, err := New(s.URL, s.meta, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(seed.Close)
	return seed
}

// blocksOf returns all blocks of some pieces.
func blocksOf(m *torrent.Meta, first, end int) (out []Block) {
	for p := first; p < end; p++ {
		for at := int64(0); at < m.PieceSize(p); at += 16 << 10 {
			out = append(out, Block{uint32(p), uint32(at), uint32(min(16<<10, m.PieceSize(p)-at))})
		}
	}
	return out
}

// fetchAll fetches blocks and checks those that arrive. It returns how many did.
func fetchAll(t *testing.T, s *Seed, data []byte, blocks []Block) (int, error) {
	t.Helper()
	got := 0
	err := s.Fetch(guard(t), blocks, func(i int, block []byte) error {
		at := s.offset(blocks[i])
		if i != got || !bytes.Equal(block, data[at:at+int64(blocks[i].Length)]) {
			t.Errorf("block %d: %v is wrong", i, blocks[i])
		}
		got++
		return nil
	})
	return got, err
}

func contains(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }
