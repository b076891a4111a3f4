package storage

import (
	"errors"
	"io/fs"
	"os"
	"path"

	"swarmsim/torrent"
)

// readBack is the number of bytes that are read at once to be hashed.
const readBack = 256 << 10

// buffer returns memory of readBack bytes.
func (w *worker) buffer() []byte {
	if w.scratch == nil {
		w.scratch = make([]byte, readBack)
	}
	return w.scratch
}

// writeBlocks writes the blocks in w.blocks, which are sorted. Neighbours are written together. The
// caller holds s.mapping.
func (s *Store) writeBlocks(w *worker, a *active) error {
	if s.options.ReadOnly {
		return errReadOnly
	}
	for from := 0; from < len(w.blocks); {
		to, hole := runOf(w.blocks, from)
		w.vector = w.vector[:0]
		for _, b := range w.blocks[from:to] {
			w.vector = append(w.vector, b.data)
		}
		mode := writing
		if hole && !s.options.Preallocate {
			mode = writingZeros
		}
		err := s.transfer(w, a.index, int64(w.blocks[from].begin), w.vector, mode)
		clear(w.vector)
		if err != nil {
			return err
		}
		from = to
	}
	return nil
}

// access is what transfer does.
type access uint8

const (
	reading      access = iota
	writing             // the parts
	writingZeros        // the parts, which are zeros
)

// readRange reads a range of a piece into parts, one after the other. The caller holds s.mapping.
func (s *Store) readRange(w *worker, piece uint32, begin int64, parts [][]byte) error {
	return s.transfer(w, piece, begin, parts, reading)
}

// transfer writes or reads a range of a piece, which may be in several files.
func (s *Store) transfer(w *worker, piece uint32, begin int64, parts [][]byte, mode access) error {
	end := begin
	for _, p := range parts {
		end += int64(len(p))
	}
	w.segments = s.segments(w.segments[:0], piece, begin, end)
	for _, seg := range w.segments {
		var in [][]byte
		if in, parts = split(parts, seg.Length); seg.File == inPadding {
			if mode == reading {
				for _, p := range in {
					clear(p)
				}
			}
			continue
		}
		if err := s.transferSegment(seg, in, mode); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) transferSegment(seg torrent.Segment, parts [][]byte, mode access) error {
	f, err := s.file(seg.File, mode != reading)
	if err != nil {
		return err
	}
	defer s.pool.handles.release(f)
	if mode == reading {
		if err := f.readVector(parts, seg.Offset); err != nil {
			return &Error{"read", s.nameOf(seg.File), err}
		}
		return nil
	}
	s.stateOf(seg.File).written.Store(true)
	if mode == writingZeros && makeHole(f, seg.Offset, seg.Length) {
		return nil
	}
	if err := f.writeVector(parts, seg.Offset); err != nil {
		return &Error{"write", s.nameOf(seg.File), err}
	}
	return nil
}

// split returns the first length bytes of parts, and the rest.
func split(parts [][]byte, length int64) (first, rest [][]byte) {
	n := 0
	for ; n < len(parts) && int64(len(parts[n])) <= length; n++ {
		length -= int64(len(parts[n]))
	}
	if length == 0 {
		return parts[:n], parts[n:]
	}
	first = append(append(first, parts[:n]...), parts[n][:length])
	rest = append(append(rest, parts[n][length:]), parts[n+1:]...)
	return first, rest
}

// nameOf returns the path of a file or of the parts file in the folder.
func (s *Store) nameOf(file int) string {
	if file == inParts {
		return "." + s.id + ".parts"
	}
	return s.names.files[file]
}

// stateOf returns the state of a file or of the parts file.
func (s *Store) stateOf(file int) *fileState {
	if file == inParts {
		return &s.parts
	}
	return &s.files[file]
}

// file returns an open file. The caller releases it.
func (s *Store) file(file int, write bool) (*handle, error) {
	return s.pool.handles.get(handleKey{s, file}, write, func() (diskFile, error) {
		return s.openFile(file, write)
	})
}

// openFile opens a file, and makes it and its folders if it is to be written.
func (s *Store) openFile(file int, write bool) (diskFile, error) {
	name := s.nameOf(file)
	info, err := s.folder.Stat(name)
	// To open a named pipe would wait for its other end.
	if err == nil && !info.Mode().IsRegular() {
		return nil, &Error{"open", name, errors.New("it is not a regular file")}
	}
	if err != nil && !(write && errors.Is(err, fs.ErrNotExist)) {
		return nil, &Error{"open", name, cause(err)}
	}
	if !write {
		f, err := s.folder.OpenFile(name, os.O_RDONLY, 0)
		if err != nil {
			return nil, &Error{"open", name, cause(err)}
		}
		return f, nil
	}
	f, err := s.create(name, file)
	if err != nil {
		return nil, &Error{"create", name, cause(err)}
	}
	if file == inParts {
		return f, nil
	}
	if err := s.setLength(f, &s.meta.Files[file]); err != nil {
		_ = f.Close()
		return nil, &Error{"create", name, cause(err)}
	}
	return f, nil
}

func (s *Store) create(name string, file int) (diskFile, error) {
	perm := fs.FileMode(0o666)
	if file >= 0 && s.meta.Files[file].Attr.Has(torrent.Executable) {
		perm = 0o777
	}
	f, err := s.folder.OpenFile(name, os.O_RDWR|os.O_CREATE, perm)
	if errors.Is(err, fs.ErrNotExist) {
		if err := s.folder.MkdirAll(path.Dir(name), 0o777); err != nil {
			return nil, err
		}
		f, err = s.folder.OpenFile(name, os.O_RDWR|os.O_CREATE, perm)
	}
	return f, err
}

// setLength cuts off what a file has beyond its length, and reserves space for it if that is wanted.
func (s *Store) setLength(f diskFile, file *torrent.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > file.Length {
		return f.Truncate(file.Length)
	}
	if s.options.Preallocate && info.Size() < file.Length {
		return f.allocate(file.Length)
	}
	return nil
}

// cause removes the path from an error of package os: Error has it.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
