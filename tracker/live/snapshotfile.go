package live

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"time"

	"swarmsim/tracker"
)

// snapshotMagic begins a snapshot file; its last byte before the line's end is the version. Blocks
// follow, each with the swarms of a shard: its length in bytes (8, in big-endian order), its CRC-32C
// (4), and as many bytes as tracker.AppendSnapshot describes. A block of length 0 is the end; a
// file that was cut off lacks it.
const snapshotMagic = "swarmsim tracker snapshot 1\n"

const blockHeader = 8 + 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(body []byte) uint32 { return crc32.Checksum(body, castagnoli) }

// saveSnapshot writes the file that Config.Snapshot names: beside it first, so that it is complete at
// any time.
func (s *Server) saveSnapshot() (err error) {
	file := s.config.Snapshot
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing the snapshot %s: %w", file, err)
		}
	}()
	f, err := createBeside(file)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once the file is renamed
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<16)
	size, err := s.shards.writeSnapshot(w)
	if err != nil {
		return err
	}
	if err := errors.Join(w.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return err
	}
	s.counters.snapshotAt.Store(time.Now().Unix())
	s.counters.snapshotBytes.Store(size)
	return nil
}

// createBeside creates the file that replaces another when it is complete. What a crash has left of
// it is overwritten.
func createBeside(file string) (*os.File, error) {
	return os.OpenFile(file+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
}

// writeSnapshot writes all swarms, stopping one shard at a time.
func (s *shards) writeSnapshot(w io.Writer) (size int64, err error) {
	n, err := io.WriteString(w, snapshotMagic)
	if err != nil {
		return 0, err
	}
	size = int64(n)
	var block []byte
	for i := range s.shard {
		block = append(block[:0], make([]byte, blockHeader)...)
		s.do(&s.shard[i], func(t *tracker.Tracker) { block = t.AppendSnapshot(block, s.now()) })
		body := block[blockHeader:]
		if len(body) == 0 {
			continue
		}
		binary.BigEndian.PutUint64(block, uint64(len(body)))
		binary.BigEndian.PutUint32(block[8:], checksum(body))
		if _, err := w.Write(block); err != nil {
			return 0, err
		}
		size += int64(len(block))
	}
	_, err = w.Write(make([]byte, blockHeader))
	return size + blockHeader, err
}

// checkSnapshotFolder reports whether the folder of the snapshot can be written to, before a server
// runs for a month and cannot keep its swarms.
func (s *Server) checkSnapshotFolder() error {
	f, err := createBeside(s.config.Snapshot)
	if err != nil {
		return fmt.Errorf("the snapshot %s cannot be written: %w", s.config.Snapshot, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// loadSnapshot reads the file that Config.Snapshot names. A file that is not there is a tracker's
// first start; one that is damaged is refused and left as it is.
func (s *Server) loadSnapshot() error {
	f, err := os.Open(s.config.Snapshot)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the snapshot: %w", err)
	}
	defer f.Close()
	if err := s.shards.readSnapshot(bufio.NewReaderSize(f, 1<<16)); err != nil {
		return fmt.Errorf("reading the snapshot %s: %w; move the file away to start without it", s.config.Snapshot, err)
	}
	return nil
}

// readSnapshot adds all swarms of a snapshot.
func (s *shards) readSnapshot(r io.Reader) error {
	magic := make([]byte, len(snapshotMagic))
	if n, err := io.ReadFull(r, magic); err != nil || string(magic) != snapshotMagic {
		return fmt.Errorf("it begins with %q, not with %q", magic[:n], snapshotMagic)
	}
	for n := 1; ; n++ {
		end, err := s.readBlock(r)
		if err != nil {
			return fmt.Errorf("block %d: %w", n, err)
		}
		if end {
			break
		}
	}
	if n, _ := io.ReadFull(r, magic[:1]); n > 0 {
		return errors.New("there is data behind its end")
	}
	return nil
}

// readBlock adds the swarms of a block. It reports whether the block is the one at the end.
func (s *shards) readBlock(r io.Reader) (end bool, err error) {
	var head [blockHeader]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return false, errors.New("the file is cut off")
	}
	length, sum := binary.BigEndian.Uint64(head[:]), binary.BigEndian.Uint32(head[8:])
	// The length is not trusted: memory grows only with what the file has.
	body, err := io.ReadAll(io.LimitReader(r, int64(min(length, 1<<62))))
	if err != nil {
		return false, err
	}
	if uint64(len(body)) != length {
		return false, fmt.Errorf("the file is cut off: %d of %d bytes", len(body), length)
	}
	if checksum(body) != sum {
		return false, fmt.Errorf("its checksum is not %08x: the file is damaged", sum)
	}
	if length == 0 {
		return true, nil
	}
	for len(body) > 0 {
		hash, err := tracker.SnapshotSwarm(body)
		if err != nil {
			return false, err
		}
		s.do(s.of(hash), func(t *tracker.Tracker) { body, err = t.RestoreSwarm(body, s.now()) })
		if err != nil {
			return false, err
		}
	}
	return false, nil
}
