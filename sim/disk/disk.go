// Package disk gives a store of the simulation the time that a disk takes, and the processor for hashes.
//
// A Disk wraps a client.Store. Where an answer takes time, the store says so, and the answer is an event
// later (client.BlockRead, client.PieceVerified):
//
//	d := disk.New(store, speed, layout, host.Now)
//	config.Store = d
//	// at d.Next(): for e, ok := d.Pop(now); ok; e, ok = d.Pop(now) { peer.Step(now, &e, ...) }
//
// The model: one disk, which does one thing after the other in the order in which it was asked, as a hard
// disk or a saturated solid-state disk does. A block takes its length at the disk's rate, and the access
// time before that unless it continues the last one. A piece is verified when its blocks are written and it
// has been hashed; hashing needs no reading, because the blocks are in memory, and one piece is hashed at a
// time. Package sim uses it for groups with a field disk.
//
// Limits: blocks that wait to be written take memory without a limit, so a slow disk does not slow its
// neighbours down but its own verified pieces. There is no cache of blocks that were read.
package disk

import (
	"math"
	"slices"
	"time"

	"swarmsim/client"
	"swarmsim/client/pieces"
)

// Speed says how long a disk takes. The zero value of a field stands for no time.
type Speed struct {
	Read, Write, Hash float64 // bytes per second
	Access            time.Duration
}

// Disk is a client.Store that takes time. It is pure but for now, which returns the current time.
type Disk struct {
	store  client.Store
	speed  Speed
	layout *pieces.Layout
	now    func() time.Duration

	idle    time.Duration // when the disk has done all that it was asked for
	written time.Duration // when the last block that was to be written is written
	hashed  time.Duration // when the last piece that was to be hashed is hashed
	head    position      // where the disk is then
	answers []answer      // by time, and then in the order in which they were asked for
}

// position is the end of the last block.
type position struct {
	piece, offset uint32
	writing       bool
}

type answer struct {
	at    time.Duration
	event client.Event
}

// New returns a disk in front of a store.
func New(s client.Store, speed Speed, layout *pieces.Layout, now func() time.Duration) *Disk {
	return &Disk{store: s, speed: speed, layout: layout, now: now, head: position{piece: math.MaxUint32}}
}

// Read begins to read a block.
func (d *Disk) Read(r client.BlockRef) (data []byte, ready bool) {
	data, _ = d.store.Read(r)
	at := d.occupy(position{r.Index, r.Begin, false}, r.Length, d.speed.Read)
	if at == d.now() {
		return data, true
	}
	d.answer(at, client.Event{
		Kind: client.BlockRead, Conn: r.Conn,
		Message: client.Message{Kind: client.Piece, Index: r.Index, Begin: r.Begin, Length: r.Length, Data: data},
	})
	return nil, false
}

// Write begins to write a block.
func (d *Disk) Write(piece, begin uint32, data []byte) {
	d.store.Write(piece, begin, data)
	block := int(int64(begin) / d.layout.BlockBytes())
	d.written = d.occupy(position{piece, begin, true}, d.layout.BlockSizeOf(int(piece), block), d.speed.Write)
}

// Verify begins to hash a piece.
func (d *Disk) Verify(piece uint32) client.Verdict {
	verdict := d.store.Verify(piece)
	d.hashed = max(d.hashed, d.now()) + timeOf(d.layout.PieceSize(int(piece)), d.speed.Hash)
	at := max(d.hashed, d.written)
	if at <= d.now() {
		return verdict
	}
	d.answer(at, client.Event{
		Kind: client.PieceVerified, Good: verdict == client.Good, Message: client.Message{Index: piece},
	})
	return client.Pending
}

// occupy has the disk read or write a block after all else, and returns when that is done.
func (d *Disk) occupy(at position, length uint32, rate float64) time.Duration {
	d.idle = max(d.idle, d.now())
	if at != d.head {
		d.idle += d.speed.Access
	}
	d.idle += timeOf(int64(length), rate)
	at.offset += length
	d.head = at
	return d.idle
}

// timeOf returns how long bytes take, rounded up.
func timeOf(bytes int64, rate float64) time.Duration {
	if rate == 0 {
		return 0
	}
	return time.Duration(math.Ceil(float64(bytes) / rate * float64(time.Second)))
}

// answer adds an answer behind those that are due at the same time or before.
func (d *Disk) answer(at time.Duration, e client.Event) {
	i := len(d.answers)
	for i > 0 && d.answers[i-1].at > at {
		i--
	}
	d.answers = slices.Insert(d.answers, i, answer{at, e})
}

// Next returns when the next answer is due; client.Never if none is awaited.
func (d *Disk) Next() time.Duration {
	if len(d.answers) == 0 {
		return client.Never
	}
	return d.answers[0].at
}

// Pop returns the next answer that is due.
func (d *Disk) Pop(now time.Duration) (e client.Event, ok bool) {
	if d.Next() > now {
		return client.Event{}, false
	}
	e = d.answers[0].event
	d.answers = slices.Delete(d.answers, 0, 1)
	return e, true
}
