package metadata

import (
	"crypto/sha1"
	"crypto/sha256"
	"slices"
	"time"

	"swarmsim/client"
	"swarmsim/client/extension"
)

// assembly is a dictionary of a length that is being put together.
type assembly struct {
	size     int64
	received int64
	pieces   []part
	open     int    // pieces that are neither there nor requested
	sole     uint32 // serial number of the only neighbour that is asked; 0 for all
}

// part is a piece of the dictionary.
type part struct {
	data    []byte        // nil while it is missing
	sender  uint32        // serial number of the neighbour that sent it
	asked   int           // neighbours that have been asked for it and have not answered
	askedAt time.Duration // when one was last asked
}

const (
	pipeline       = 4                // requests outstanding at a neighbour
	requestTimeout = 10 * time.Second // until a request is late
	duplicateAfter = 3 * time.Second  // until an idle neighbour is asked for a piece, too
	maxLate        = 3                // late requests in a row after which a neighbour is given up
	rejectPause    = 30 * time.Second // before a neighbour is asked again that has rejected a request
)

func newAssembly(size int64, sole uint32) *assembly {
	count := int((size + extension.MetadataPiece - 1) / extension.MetadataPiece)
	return &assembly{size: size, pieces: make([]part, count), open: count, sole: sole}
}

// length returns the bytes of a piece.
func (a *assembly) length(piece int) int {
	return int(min(extension.MetadataPiece, a.size-int64(piece)*extension.MetadataPiece))
}

// sender returns the neighbour that has sent all pieces; 0 for several.
func (a *assembly) sender() uint32 {
	for i := range a.pieces {
		if a.pieces[i].sender != a.pieces[0].sender {
			return 0
		}
	}
	return a.pieces[0].sender
}

// ask notes that a neighbour is asked for a piece.
func (a *assembly) ask(piece int, now time.Duration) {
	x := &a.pieces[piece]
	if x.asked == 0 && x.data == nil {
		a.open--
	}
	x.asked++
	x.askedAt = now
}

// unask notes that a neighbour has answered, or will not.
func (a *assembly) unask(piece int) {
	x := &a.pieces[piece]
	if x.asked--; x.asked == 0 && x.data == nil {
		a.open++
	}
}

// mayServe reports whether a neighbour says that it has the dictionary.
func (f *Fetcher) mayServe(n *neighbour) bool {
	return n.ready && n.theirs.IDs[extension.Metadata] != 0 && n.theirs.MetadataSize > 0
}

// serves reports whether a neighbour may be asked for pieces of the current dictionary.
func (f *Fetcher) serves(n *neighbour) bool {
	a := f.current
	return f.mayServe(n) && n.theirs.MetadataSize == a.size && (a.sole == 0 || a.sole == n.serial)
}

// request begins with a dictionary if none is being fetched, or none of its neighbours is left, and
// requests its pieces.
func (f *Fetcher) request() {
	asks := func(n neighbour) bool { return f.serves(&n) && f.now >= n.lacks }
	if f.current == nil || !slices.ContainsFunc(f.neighbours, asks) {
		next := f.choose()
		if next == nil {
			return
		}
		if f.current == nil || f.alone || f.current.size != next.size {
			f.dropRequests()
			f.current = next
		}
	}
	for id := range f.neighbours {
		if n := &f.neighbours[id]; f.serves(n) && f.now >= n.lacks {
			f.requestFrom(client.ConnID(id))
		}
	}
}

// choose returns the dictionary to fetch: of the length that most neighbours name or, of equally
// many, the shortest. If one neighbour is to be asked alone, it is the one that names the shortest.
func (f *Fetcher) choose() *assembly {
	votes := map[int64]int{}
	size, sole := int64(0), uint32(0)
	for i := range f.neighbours {
		n := &f.neighbours[i]
		if !f.mayServe(n) || f.now < n.lacks {
			continue
		}
		s := n.theirs.MetadataSize
		votes[s]++
		better := size == 0 || votes[s] > votes[size] || votes[s] == votes[size] && s < size
		if f.alone {
			better = size == 0 || s < size
		}
		if better {
			size, sole = s, n.serial
		}
	}
	switch {
	case size == 0:
		return nil
	case !f.alone:
		sole = 0
	}
	return newAssembly(size, sole)
}

// dropRequests forgets all outstanding requests. Their answers are ignored.
func (f *Fetcher) dropRequests() {
	for i := range f.neighbours {
		f.neighbours[i].requested = nil
	}
}

// requestFrom requests pieces from a neighbour: those that no other is asked for, and, if there are
// none, one that another has not sent for a while.
func (f *Fetcher) requestFrom(id client.ConnID) {
	n, a := &f.neighbours[id], f.current
	for piece := 0; a.open > 0 && len(n.requested) < pipeline && piece < len(a.pieces); piece++ {
		if x := &a.pieces[piece]; x.data == nil && x.asked == 0 {
			f.requestPiece(id, piece)
		}
	}
	for piece := 0; len(n.requested) == 0 && piece < len(a.pieces); piece++ {
		if x := &a.pieces[piece]; x.data == nil && f.now-x.askedAt >= duplicateAfter {
			f.requestPiece(id, piece)
		}
	}
}

func (f *Fetcher) requestPiece(id client.ConnID, piece int) {
	n := &f.neighbours[id]
	n.requested = append(n.requested, request{piece, f.now})
	f.current.ask(piece, f.now)
	f.sendMetadata(id, extension.MetadataMessage{Type: extension.MetadataRequest, Piece: uint32(piece)})
}

// unrequest forgets the requests of a neighbour for which drop returns true.
func (f *Fetcher) unrequest(n *neighbour, drop func(request) bool) (dropped int) {
	n.requested = slices.DeleteFunc(n.requested, func(r request) bool {
		if !drop(r) {
			return false
		}
		f.current.unask(r.piece)
		dropped++
		return true
	})
	return dropped
}

func (f *Fetcher) sendMetadata(id client.ConnID, m extension.MetadataMessage) {
	theirs := f.neighbours[id].theirs.IDs[extension.Metadata]
	f.send(id, client.Message{Kind: client.Extended, Data: m.Append([]byte{theirs})})
}

// takeBackLate takes back the requests of a neighbour that are late. One that answers nothing is
// given up.
func (f *Fetcher) takeBackLate(id client.ConnID) {
	n := &f.neighbours[id]
	if f.unrequest(n, func(r request) bool { return f.now-r.at >= requestTimeout }) > 0 {
		n.lateCount++
		n.lacks = f.now + tick // others come first
	}
	if n.lateCount >= maxLate {
		f.hangUp(id, client.MetadataUseless)
	}
}

// onMetadata handles a message of ut_metadata (BEP 9). Requests are rejected, because we have
// nothing yet.
func (f *Fetcher) onMetadata(id client.ConnID, body []byte) bool {
	var m extension.MetadataMessage
	if m.Decode(body) != nil {
		return false
	}
	n := &f.neighbours[id]
	if m.Type == extension.MetadataRequest {
		if n.theirs.IDs[extension.Metadata] != 0 {
			f.sendMetadata(id, extension.MetadataMessage{Type: extension.MetadataReject, Piece: m.Piece})
		}
		return true
	}
	if f.unrequest(n, func(r request) bool { return r.piece == int(m.Piece) }) == 0 {
		return true // too late
	}
	switch m.Type {
	case extension.MetadataReject:
		n.lacks = f.now + rejectPause
		return true
	case extension.MetadataData:
		return f.onPiece(n, &m)
	}
	return true
}

// onPiece handles a piece that was requested from a neighbour. It returns false if the piece cannot
// be part of a dictionary of the length that the neighbour has named.
func (f *Fetcher) onPiece(n *neighbour, m *extension.MetadataMessage) bool {
	a, piece := f.current, int(m.Piece)
	if len(m.Data) != a.length(piece) || m.TotalSize != 0 && m.TotalSize != a.size {
		return false
	}
	n.lateCount = 0
	x := &a.pieces[piece]
	if x.data != nil {
		return true
	}
	if x.asked == 0 {
		a.open--
	}
	x.data, x.sender = slices.Clone(m.Data), n.serial
	a.received += int64(len(m.Data))
	if a.received == a.size {
		f.verify()
	}
	return true
}

// verify compares the hash of the dictionary.
func (f *Fetcher) verify() {
	a := f.current
	info := make([]byte, 0, a.size)
	for i := range a.pieces {
		info = append(info, a.pieces[i].data...)
	}
	f.current = nil
	f.dropRequests()
	if f.matches(info) {
		f.setInfo(info)
		return
	}
	sender := a.sender()
	f.alone = f.alone || sender == 0
	for id := range f.neighbours {
		if n := &f.neighbours[id]; n.live && n.serial == sender {
			f.book.banned = append(f.book.banned, banned{n.addr.Addr(), n.id})
			addr := n.addr
			f.hangUp(client.ConnID(id), client.CorruptMetadata)
			f.forget(addr)
			return
		}
	}
}

// matches reports whether a dictionary has the info hash.
func (f *Fetcher) matches(info []byte) bool {
	if f.cfg.V2 == nil {
		return sha1.Sum(info) == f.cfg.InfoHash
	}
	if sha256.Sum256(info) != *f.cfg.V2 {
		return false
	}
	return [20]byte(f.cfg.V2[:20]) == f.cfg.InfoHash || sha1.Sum(info) == f.cfg.InfoHash
}
