package live_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// fakeSeed is a seed that counts what it is asked for, and may lie.
type fakeSeed struct {
	hash    [20]byte
	id      client.PeerID
	meta    *torrent.Meta
	content []byte

	corrupt func(piece, begin uint32) bool // the block is sent wrong; nil for never
	pause   time.Duration                  // before each block

	mu        sync.Mutex
	requested map[uint32]int  // blocks, by piece
	announced map[uint32]bool // pieces that a neighbour has said that it has
	begun     map[uint32]bool // pieces that were requested before the last count began
}

// newFakeSeed returns a seed of a torrent whose files are in a folder.
func newFakeSeed(t testing.TB, id byte, folder string, meta *torrent.Meta) *fakeSeed {
	t.Helper()
	f := &fakeSeed{
		hash: meta.InfoHash, id: rawID(id), meta: meta, requested: map[uint32]int{}, announced: map[uint32]bool{},
	}
	for _, file := range meta.Files {
		data, err := os.ReadFile(filepath.Join(folder, meta.Name, file.Path))
		if err != nil {
			t.Fatal(err)
		}
		f.content = append(f.content, data...)
	}
	return f
}

// listen accepts connections at an address of this machine.
func (f *fakeSeed) listen(t testing.TB, ip string) []netip.AddrPort {
	t.Helper()
	return []netip.AddrPort{listenRaw(t, ip, f.serve)}
}

// serve plays the seed on a connection that was accepted.
func (f *fakeSeed) serve(p *rawPeer) {
	if _, err := p.r.Handshake(); err != nil {
		return
	}
	h, all := hello(f.hash, f.id), pieces.NewBitset(f.meta.Pieces())
	h.Index = 0
	for i := range f.meta.Pieces() {
		all.Set(i)
	}
	p.send(h, client.Message{Kind: client.Bitfield, Data: all.Bytes(f.meta.Pieces())}, client.Message{Kind: client.Unchoke})
	for {
		m, err := p.r.Next()
		if err != nil {
			return
		}
		switch m.Kind {
		case client.Have:
			f.mu.Lock()
			f.announced[m.Index] = true
			f.mu.Unlock()
		case client.Request:
			time.Sleep(f.pause)
			if !p.send(f.block(&m)) {
				return
			}
		}
	}
}

// block answers a request.
func (f *fakeSeed) block(m *client.Message) client.Message {
	f.mu.Lock()
	f.requested[m.Index]++
	f.mu.Unlock()
	from := int64(m.Index)*f.meta.PieceLength + int64(m.Begin)
	data := append([]byte(nil), f.content[from:from+int64(m.Length)]...)
	if f.corrupt != nil && f.corrupt(m.Index, m.Begin) {
		data[0] ^= 1
	}
	return client.Message{Kind: client.Piece, Index: m.Index, Begin: m.Begin, Length: m.Length, Data: data}
}
