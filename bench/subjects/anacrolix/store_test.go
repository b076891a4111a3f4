package main

import (
	"bytes"
	"io"
	"testing"
)

// A store gives back what was written, be it the content or not, and notices a difference.
func TestStoreKeepsWhatIsWritten(t *testing.T) {
	const size = 3*blockLength + 100
	c, err := newContent(size, size, true)
	if err != nil {
		t.Fatal(err)
	}
	verified := 0
	s := newStore(c, false, func(int) { verified++ })
	p := storedPiece{s, 0}
	var want [size]byte
	check := func(when string) {
		t.Helper()
		got := make([]byte, size)
		if n, err := p.ReadAt(got, 0); n != size || err != nil || !bytes.Equal(got, want[:]) {
			t.Errorf("%s: %d bytes, %v, or others", when, n, err)
		}
	}
	write := func(from, to int, data []byte) {
		t.Helper()
		if n, err := p.WriteAt(data[from:to], int64(from)); n != to-from || err != nil {
			t.Fatalf("%d bytes, %v", n, err)
		}
		copy(want[from:to], data[from:to])
	}
	check("nothing is written")
	write(blockLength, 2*blockLength, c.data)
	check("the second block is written")
	write(3*blockLength, size, c.data)
	check("the last block is written too")
	wrong := bytes.Repeat([]byte{7}, size)
	write(0, blockLength, wrong)
	check("the first block is wrong")
	write(2*blockLength, 3*blockLength, c.data)
	check("all is written")
	p.MarkComplete()
	if s.intact() {
		t.Error("a wrong block was not noticed")
	}
	write(10, blockLength+10, c.data)
	write(0, 10, c.data)
	check("all is right, in other parts than blocks")
	p.MarkComplete()
	if !s.intact() || verified != 1 || !p.Completion().Complete {
		t.Errorf("intact %v, verified %d times", s.intact(), verified)
	}
	if n, err := p.ReadAt(make([]byte, 200), size-100); n != 100 || err != io.EOF {
		t.Errorf("a read past the end gives %d bytes, %v", n, err)
	}
	if _, err := p.WriteAt(make([]byte, 200), size-100); err == nil {
		t.Error("a write past the end succeeds")
	}
	if whole := newStore(c, true, nil); !whole.intact() {
		t.Error("a seed's store is not intact")
	}
}
