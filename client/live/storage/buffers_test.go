package storage

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/torrent"
)

func TestBuffers(t *testing.T) {
	b := newBuffers(1)
	var all [][]byte
	for buffer := b.TryAcquire(); buffer != nil; buffer = b.TryAcquire() {
		all = append(all, buffer)
	}
	if len(all) != b.Limit() || b.InUse() != b.Limit() {
		t.Errorf("%d buffers of %d", len(all), b.Limit())
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := b.Acquire(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("acquired although all are in use: %v", err)
	}
	got := make(chan []byte)
	go func() {
		buffer, _ := b.Acquire(context.Background())
		got <- buffer
	}()
	for !b.wanted() {
		time.Sleep(time.Microsecond)
	}
	b.Release(all[3][5:7]) // part of a buffer
	if buffer := <-got; len(buffer) != BlockSize || &buffer[0] != &all[3][0] {
		t.Error("another buffer than the released one")
	}
	b.Release(make([]byte, BlockSize)) // not one of them
	b.Release(nil)
	for _, buffer := range all {
		b.Release(buffer)
	}
	if b.InUse() != 0 {
		t.Errorf("%d in use", b.InUse())
	}
	defer func() {
		if recover() == nil {
			t.Error("a buffer could be released twice")
		}
	}()
	b.Release(all[0])
}

func TestBuffersClose(t *testing.T) {
	b := newBuffers(1)
	for b.TryAcquire() != nil {
	}
	failed := make(chan error)
	go func() {
		_, err := b.Acquire(context.Background())
		failed <- err
	}()
	for !b.wanted() {
		time.Sleep(time.Microsecond)
	}
	b.close()
	if err := <-failed; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if _, err := b.Acquire(context.Background()); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

// Many readers share few buffers, and every piece holds fewer blocks than make a batch: the blocks must
// be written for the readers to go on.
func TestBackPressure(t *testing.T) {
	m, folder := makeTorrent(256<<10, torrent.File{Path: "a", Length: 10 << 20}), t.TempDir()
	e := open(t, newPool(t, Limits{ReceivedBytes: 1}), m, Options{Folder: folder})
	var readers sync.WaitGroup
	for piece := range m.Pieces() {
		readers.Go(func() {
			e.write(piece, m.piece(piece), nil)
			e.Verify(uint32(piece))
		})
	}
	for range m.Pieces() {
		if r := e.result(); !r.OK {
			t.Errorf("%+v", r)
		}
	}
	readers.Wait()
	m.compare(t, folder, nil)
}

// Reads wait for buffers that the receiver has not released.
func TestReadsWaitForBuffers(t *testing.T) {
	m := makeTorrent(256<<10, torrent.File{Path: "a", Length: 3 << 20})
	e := open(t, newPool(t, Limits{ReadBytes: 1}), m, Options{Folder: t.TempDir()})
	e.download(0, m.Pieces())
	blocks := int(m.Length / BlockSize)
	for i := range blocks {
		e.Read(client.BlockRef{Conn: client.ConnID(i % 3), Index: uint32(i / 16), Begin: uint32(i % 16 * BlockSize), Length: BlockSize})
	}
	var held []Result
	for answered := 0; answered < blocks; answered++ {
		r := e.result()
		if r.Kind != BlockRead || !bytes.Equal(r.Data, m.piece(int(r.Ref.Index))[r.Ref.Begin:r.Ref.Begin+BlockSize]) {
			t.Errorf("%+v", r.Ref)
		}
		if held = append(held, r); len(held) == e.pool.Read.Limit() || answered == blocks-1 {
			for _, r := range held {
				e.pool.Read.Release(r.Data)
			}
			held = nil
		}
	}
	// Closing drops the reads that still wait.
	for range 100 {
		e.Read(client.BlockRef{Length: BlockSize})
	}
	for range e.pool.Read.Limit() {
		held = append(held, e.result())
	}
	e.close()
	for _, r := range held {
		e.pool.Read.Release(r.Data)
	}
}
