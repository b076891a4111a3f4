package disk_test

import (
	"slices"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/pieces"
	"swarmsim/sim/content"
	"swarmsim/sim/disk"
)

const block = client.BlockSize

func newDisk(s disk.Speed) (d *disk.Disk, now *time.Duration) {
	now = new(time.Duration)
	layout := &pieces.Layout{Length: 1 << 20, PieceLength: 4 * block}
	return disk.New(&content.VirtualStore{}, s, layout, func() time.Duration { return *now }), now
}

func ref(piece, begin uint32) client.BlockRef {
	return client.BlockRef{Conn: client.ConnID(piece), Index: piece, Begin: begin, Length: block}
}

// times returns when all answers come, and pops them.
func times(d *disk.Disk) (out []time.Duration) {
	for at := d.Next(); at != client.Never; at = d.Next() {
		if _, early := d.Pop(at - 1); early {
			panic("an answer is early")
		}
		d.Pop(at)
		out = append(out, at)
	}
	return out
}

// A disk without times answers at once, as the store behind it does.
func TestNoTimes(t *testing.T) {
	d, _ := newDisk(disk.Speed{})
	d.Write(0, 0, nil)
	if _, ready := d.Read(ref(1, 0)); !ready || d.Verify(0) != client.Good || d.Next() != client.Never {
		t.Error("an answer is late")
	}
}

// Blocks are read one after the other; the access time is saved where one continues the last.
func TestReads(t *testing.T) {
	d, _ := newDisk(disk.Speed{Read: block * 1000, Access: 10 * time.Millisecond})
	for _, r := range []client.BlockRef{ref(1, 0), ref(1, block), ref(3, 0)} {
		if _, ready := d.Read(r); ready {
			t.Fatal("ready at once")
		}
	}
	want := []time.Duration{11 * time.Millisecond, 12 * time.Millisecond, 23 * time.Millisecond}
	if got := times(d); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A piece is verified when it is written and hashed, whichever is later.
func TestVerify(t *testing.T) {
	for _, c := range []struct {
		speed disk.Speed
		want  time.Duration
	}{
		{disk.Speed{Write: block * 1000}, 4 * time.Millisecond},
		{disk.Speed{Hash: block * 1000}, 4 * time.Millisecond},
		{disk.Speed{Write: block * 1000, Hash: block * 4000}, 4 * time.Millisecond},
		{disk.Speed{Write: block * 4000, Hash: block * 1000}, 4 * time.Millisecond},
	} {
		d, _ := newDisk(c.speed)
		for i := range uint32(4) {
			d.Write(0, i*block, nil)
		}
		if d.Verify(0) != client.Pending {
			t.Fatal("verified at once")
		}
		if got := times(d); len(got) != 1 || got[0] != c.want {
			t.Errorf("%+v: %v, want %v", c.speed, got, c.want)
		}
	}
}
