package storage

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"swarmsim/torrent"
)

// prepare makes the empty files and symlinks that are wanted, and decides where unwanted files are: in
// the parts file, unless they exist. The resume file says what was in the parts file before.
func (s *Store) prepare() error {
	changed := false
	for i := range s.meta.Files {
		f := &s.meta.Files[i]
		s.files[i].unwanted = s.options.Unwanted != nil && s.options.Unwanted[i]
		if !isStored(f) {
			if err := s.makeEmpty(i); err != nil {
				return err
			}
			continue
		}
		moved, err := s.place(i, s.loaded.files[i].inParts)
		if err != nil {
			return err
		}
		changed = changed || moved
	}
	if !changed || s.options.ReadOnly {
		return nil
	}
	return s.saveSelection()
}

// SetUnwanted changes the selection: for each file, whether it is not to be downloaded. What the parts
// file has of files that are wanted now is moved to them. It uses the disk, and must not be called by an
// event loop.
func (s *Store) SetUnwanted(unwanted []bool) error {
	if len(unwanted) != len(s.files) {
		return fmt.Errorf("store %q: a selection of %d files for %d", s.meta.Name, len(unwanted), len(s.files))
	}
	if s.options.ReadOnly {
		return errReadOnly
	}
	s.mapping.Lock()
	defer s.mapping.Unlock()
	if !s.isOpen() {
		return ErrClosed
	}
	for i := range s.files {
		s.files[i].unwanted = unwanted[i]
		if !isStored(&s.meta.Files[i]) {
			if err := s.makeEmpty(i); err != nil {
				return err
			}
			continue
		}
		if _, err := s.place(i, s.files[i].inParts); err != nil {
			return err
		}
	}
	// Until the selection is saved no block is written: otherwise a crash would have the old parts
	// moved over newer blocks.
	return s.saveSelection()
}

// place decides where a file is that was in the parts file or not, and moves it if need be. It reports
// whether the place has changed.
func (s *Store) place(file int, inParts bool) (changed bool, err error) {
	f := &s.files[file]
	f.inParts = inParts
	defer func() {
		if f.inParts != inParts { // the resume file speaks of the other place
			s.loaded.files[file] = fileStamp{inParts: f.inParts}
		}
	}()
	switch {
	case inParts && !f.unwanted && !s.options.ReadOnly:
		if err := s.moveFromParts(file); err != nil {
			return false, err
		}
		f.inParts = false
	case !inParts && f.unwanted && !s.hasPieceOf(file):
		_, err := s.folder.Stat(s.nameOf(file))
		f.inParts = errors.Is(err, fs.ErrNotExist)
	}
	return f.inParts != inParts, nil
}

// hasPieceOf reports whether a piece of a file is verified. Then the file exists, unless it has vanished:
// its pieces must not be read from the parts file, which may have other bytes.
func (s *Store) hasPieceOf(file int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for piece, end := s.meta.FilePieces(file); piece < end; piece++ {
		if s.verified.Has(piece) {
			return true
		}
	}
	return false
}

// moveFromParts copies what the parts file has of a file. Blocks that were never written are copied
// too: their pieces are not verified.
func (s *Store) moveFromParts(file int) error {
	first, end := s.meta.FilePieces(file)
	if err := s.movePiece(file, uint32(first)); err != nil || end == first+1 {
		return err
	}
	return s.movePiece(file, uint32(end-1))
}

func (s *Store) movePiece(file int, piece uint32) error {
	from, found := s.partsSlot(piece)
	if !found {
		return nil
	}
	parts, err := s.file(inParts, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was written to it
	}
	if err != nil {
		return err
	}
	defer s.pool.handles.release(parts)
	f, start := &s.meta.Files[file], int64(piece)*s.meta.PieceLength
	begin, end := max(f.Offset, start), min(f.Offset+f.Length, start+s.meta.PieceLength)
	to, err := s.file(file, true)
	if err != nil {
		return err
	}
	defer s.pool.handles.release(to)
	s.files[file].written.Store(true)
	_, err = io.Copy(io.NewOffsetWriter(to, begin-f.Offset), io.NewSectionReader(parts, from+begin-start, end-begin))
	if err != nil {
		return &Error{"move", s.nameOf(file), cause(err)}
	}
	return nil
}

// saveSelection writes the resume file, because the place of a file has changed, and removes the parts
// file once nothing is in it.
func (s *Store) saveSelection() error {
	if err := s.save(false); err != nil {
		return err
	}
	for i := range s.files {
		if s.files[i].inParts {
			return nil
		}
	}
	s.pool.handles.drop(handleKey{s, inParts})
	name := s.nameOf(inParts)
	if err := s.folder.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &Error{"remove", name, cause(err)}
	}
	return nil
}

// makeEmpty makes a symlink or an empty file, if it is wanted.
func (s *Store) makeEmpty(file int) error {
	f := &s.meta.Files[file]
	if f.Padding() || s.files[file].unwanted || s.options.ReadOnly {
		return nil
	}
	if f.Attr.Has(torrent.Symlink) {
		return s.makeSymlink(file)
	}
	h, err := s.file(file, true)
	if err != nil {
		return err
	}
	s.pool.handles.release(h)
	s.pool.handles.drop(handleKey{s, file})
	return nil
}

// makeSymlink makes a symlink, unless something has its name. The folders above it must be real ones:
// below a symlink, "../x" would mean another place.
func (s *Store) makeSymlink(file int) error {
	name := s.names.files[file]
	if _, err := s.folder.Lstat(name); err == nil || s.names.links[file] == "" {
		return nil
	}
	dir := path.Dir(name)
	if err := s.folder.MkdirAll(dir, 0o777); err != nil {
		return &Error{"create", dir, cause(err)}
	}
	for ; dir != "."; dir = path.Dir(dir) {
		info, err := s.folder.Lstat(dir)
		if err == nil && !info.IsDir() {
			err = fmt.Errorf("%q is not a folder", dir)
		}
		if err != nil {
			return &Error{"create", name, cause(err)}
		}
	}
	if err := s.folder.Symlink(s.names.links[file], name); err != nil {
		return &Error{"create", name, cause(err)}
	}
	return nil
}
