package interop

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"

	"swarmsim/torrent/files"
)

// byRelay has ours dial theirs through a relay that reads along: the seed has to say HAVE ALL and the
// leecher HAVE NONE, which only peers may that both have the fast extension (BEP 6).
func byRelay(t *testing.T, theirs program, oursSeed bool) {
	needs(t, theirs)
	ctx, cancel := context.WithTimeout(t.Context(), *limit)
	defer cancel()
	folder, meta := content(t, files.Options{}, theirs)
	path := writeTorrent(t, meta)
	x := exchange{theirs: theirs, oursSeed: oursSeed}
	programs, jobs := x.seedAndLeecher()
	jobs[0].Torrent, jobs[0].Folder, jobs[1].Torrent = path, folder, path
	seed, seedJob := begin(ctx, t, programs[0], jobs[0])
	await(ctx, t, seed)
	leecher, leecherJob := begin(ctx, t, programs[1], jobs[1])
	ourSide, theirAddress := leecher, seedJob.Listen
	if oursSeed {
		ourSide, theirAddress = seed, leecherJob.Listen
	}
	awaitListening(ctx, t, theirAddress)
	r := newRelay(t, theirAddress)
	defer keepDialing(ourSide, r.address)()
	await(ctx, t, leecher, seed)
	awaitEqual(ctx, t, meta, folder, leecherJob.Folder)
	r.mu.Lock()
	defer r.mu.Unlock()
	said := [2]map[byte]bool{r.said[0], r.said[1]} // of ours, of theirs
	if oursSeed && !said[0][haveAllID] || !oursSeed && !said[1][haveAllID] {
		t.Errorf("the seed did not say HAVE ALL; message IDs of ours and theirs: %v", said)
	}
}

const haveAllID = 14 // BEP 6

// relay passes connections on, and notes the messages.
type relay struct {
	address netip.AddrPort
	mu      sync.Mutex
	said    [2]map[byte]bool // message IDs of the dialing peer, and of the dialed one
}

func newRelay(t *testing.T, to netip.AddrPort) *relay {
	t.Helper()
	l, err := net.Listen("tcp", netip.AddrPortFrom(newAddress(), 6881).String())
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{address: l.Addr().(*net.TCPAddr).AddrPort(), said: [2]map[byte]bool{{}, {}}}
	var connections sync.WaitGroup
	t.Cleanup(func() { l.Close(); connections.Wait() })
	dialer := boundDialer(r.address)
	connections.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			onward, err := dialer.Dial("tcp", to.String())
			if err != nil {
				from.Close()
				continue
			}
			for i, way := range [2][2]net.Conn{{from, onward}, {onward, from}} {
				connections.Go(func() {
					r.pass(i, way[0], way[1])
					from.Close()
					onward.Close()
				})
			}
		}
	})
	return r
}

// pass copies a stream and reads the messages in it.
func (r *relay) pass(side int, from io.Reader, to io.Writer) {
	from = io.TeeReader(from, to)
	if _, err := io.CopyN(io.Discard, from, 68); err != nil { // the handshake
		return
	}
	for {
		var head [5]byte // length and message ID
		if _, err := io.ReadFull(from, head[:4]); err != nil {
			return
		}
		n := int64(binary.BigEndian.Uint32(head[:4]))
		if n == 0 {
			continue
		}
		if _, err := io.ReadFull(from, head[4:]); err != nil {
			return
		}
		r.mu.Lock()
		r.said[side][head[4]] = true
		r.mu.Unlock()
		if _, err := io.CopyN(io.Discard, from, n-1); err != nil {
			return
		}
	}
}
