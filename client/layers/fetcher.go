package layers

import (
	"math"
	"slices"
	"time"

	"swarmsim/client"
	"swarmsim/torrent"
	"swarmsim/torrent/merkle"
)

const (
	pipeline    = 4 // requests outstanding at a neighbour
	maxLate     = 3 // late requests in a row after which a neighbour is not asked any more
	timeout     = 10 * time.Second
	rejectPause = 5 * time.Second // before a neighbour is asked again that has rejected a request
)

// Fetcher fetches the piece layers that a torrent lacks. It is used by one goroutine at a time.
type Fetcher struct {
	meta       *torrent.Meta
	layers     []layer
	todo       []chunk // not requested, the next first
	left       int     // layers that are not complete
	neighbours []neighbour
	err        error
}

// layer is a piece layer that is being put together.
type layer struct {
	file   int // the first one with this root
	root   merkle.Hash
	pieces int
	height int    // of the file's tree
	width  int    // hashes of a chunk
	data   []byte // nil until the first chunk has come
	left   int    // chunks that are missing
}

// chunk is a part of a layer that one request asks for.
type chunk struct{ layer, index int32 } // index counts chunks

type neighbour struct {
	id        client.ConnID
	requested []asked
	late      int           // requests in a row
	after     time.Duration // not to be asked before
}

type asked struct {
	chunk
	at time.Duration
}

// NewFetcher returns a Fetcher of the layers that a torrent lacks now.
func NewFetcher(m *torrent.Meta) *Fetcher {
	f := &Fetcher{meta: m}
	seen := map[merkle.Hash]bool{}
	for _, file := range m.MissingLayers() {
		x := &m.Files[file]
		if seen[x.Root] {
			continue
		}
		seen[x.Root] = true
		l := layer{
			file: file, root: x.Root, pieces: int((x.Length + m.PieceLength - 1) / m.PieceLength),
			height: merkle.Height(merkle.Blocks(x.Length)),
		}
		l.width = min(merkle.MaxHashes, 1<<merkle.Height(int64(l.pieces)))
		l.left = (l.pieces + l.width - 1) / l.width
		for i := range l.left {
			f.todo = append(f.todo, chunk{int32(len(f.layers)), int32(i)})
		}
		f.layers = append(f.layers, l)
	}
	f.left = len(f.layers)
	return f
}

// Done reports whether nothing is left to fetch, or cannot be: see Err.
func (f *Fetcher) Done() bool { return f.left == 0 || f.err != nil }

// Err returns why the layers cannot be had: the torrent contradicts itself.
func (f *Fetcher) Err() error { return f.err }

// Neighbours returns how many neighbours may have layers.
func (f *Fetcher) Neighbours() int {
	n := 0
	for i := range f.neighbours {
		if f.neighbours[i].late < maxLate {
			n++
		}
	}
	return n
}

// Join adds a neighbour that knows version 2.
func (f *Fetcher) Join(id client.ConnID) {
	if f.find(id) == nil {
		f.neighbours = append(f.neighbours, neighbour{id: id})
	}
}

// Part removes a neighbour. It need not be one.
func (f *Fetcher) Part(id client.ConnID) {
	if n := f.find(id); n != nil {
		f.takeBack(n, func(asked) bool { return true })
		f.neighbours = slices.DeleteFunc(f.neighbours, func(n neighbour) bool { return n.id == id })
	}
}

func (f *Fetcher) find(id client.ConnID) *neighbour {
	i := slices.IndexFunc(f.neighbours, func(n neighbour) bool { return n.id == id })
	if i < 0 {
		return nil
	}
	return &f.neighbours[i]
}

// takeBack has requests of a neighbour made elsewhere. It returns their number.
func (f *Fetcher) takeBack(n *neighbour, which func(asked) bool) (count int) {
	n.requested = slices.DeleteFunc(n.requested, func(a asked) bool {
		if !which(a) {
			return false
		}
		f.todo = append(f.todo, a.chunk)
		count++
		return true
	})
	return count
}

// Ask takes back requests that are late, and passes new ones to send: payloads of HASH REQUEST.
func (f *Fetcher) Ask(now time.Duration, send func(id client.ConnID, payload []byte)) {
	for i := range f.neighbours {
		n := &f.neighbours[i]
		if late := f.takeBack(n, func(a asked) bool { return now-a.at >= timeout }); late > 0 {
			n.late++
		}
	}
	for i := range f.neighbours {
		n := &f.neighbours[i]
		for !f.Done() && len(f.todo) > 0 && len(n.requested) < pipeline && n.late < maxLate && now >= n.after {
			c := f.todo[0]
			f.todo = f.todo[1:]
			n.requested = append(n.requested, asked{c, now})
			r := f.request(c)
			send(n.id, r.Append(nil))
		}
	}
}

// Next returns when Ask has something to do although nothing has happened; client.Never for not at all.
func (f *Fetcher) Next() time.Duration {
	next := client.Never
	if f.Done() {
		return next
	}
	for i := range f.neighbours {
		n := &f.neighbours[i]
		for _, a := range n.requested {
			next = min(next, a.at+timeout)
		}
		if len(f.todo) > 0 && len(n.requested) < pipeline && n.late < maxLate {
			next = min(next, n.after)
		}
	}
	return next
}

// request returns the request for a chunk, with the proof up to the root.
func (f *Fetcher) request(c chunk) Request {
	l := &f.layers[c.layer]
	base := f.meta.PieceLayer()
	return Request{
		Root: l.root, Base: uint32(base), Index: uint32(int(c.index) * l.width), Count: uint32(l.width),
		ProofLayers: uint32(l.height - base - 1),
	}
}

// OnHashes handles the payload of HASHES. It returns false if the hashes are wrong. An answer to no
// request, which may be a late one, is ignored.
func (f *Fetcher) OnHashes(now time.Duration, id client.ConnID, payload []byte) (ok bool) {
	n, c, rest, ok := f.answered(id, payload)
	if n == nil {
		return ok
	}
	n.late = 0
	hashes, ok := decodeHashes(rest)
	l := &f.layers[c.layer]
	first := int(c.index) * l.width
	if !ok || !merkle.Verify(l.root, l.height, f.meta.PieceLayer(), first, hashes, l.width) {
		f.todo = append(f.todo, c)
		n.late = maxLate
		return false
	}
	if l.data == nil {
		l.data = make([]byte, 32*l.pieces)
	}
	copy(l.data[32*first:], rest[:min(32*l.width, len(l.data)-32*first)])
	if l.left--; l.left == 0 {
		f.complete(l)
	}
	return true
}

// complete passes a layer to the torrent.
func (f *Fetcher) complete(l *layer) {
	if err := f.meta.SetLayer(l.file, l.data); err != nil && f.err == nil {
		f.err = err
	}
	l.data = nil
	f.left--
}

// OnReject handles the payload of HASH REJECT. It returns false if that is malformed.
func (f *Fetcher) OnReject(now time.Duration, id client.ConnID, payload []byte) (ok bool) {
	n, c, rest, ok := f.answered(id, payload)
	if n == nil {
		return ok
	}
	f.todo = append(f.todo, c)
	n.late, n.after = 0, now+rejectPause
	return len(rest) == 0
}

// answered finds the request that a payload answers, which is outstanding no longer; n is nil if there is
// none. It returns false if the payload is malformed.
func (f *Fetcher) answered(id client.ConnID, payload []byte) (n *neighbour, c chunk, rest []byte, ok bool) {
	r, rest, ok := DecodeRequest(payload)
	n = f.find(id)
	if !ok || n == nil || r.Index > math.MaxInt32 {
		return nil, chunk{}, nil, ok
	}
	for i, a := range n.requested {
		if f.request(a.chunk) == r {
			n.requested = slices.Delete(n.requested, i, i+1)
			return n, a.chunk, rest, true
		}
	}
	return nil, chunk{}, nil, true
}
