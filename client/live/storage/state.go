package storage

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Save writes the resume file while the store is in use: the next start need not hash the files that are
// not written until then. It syncs the files that were written. Close calls it.
func (s *Store) Save() error {
	s.mapping.RLock()
	defer s.mapping.RUnlock()
	return s.save(true)
}

// save writes the resume file. Without sync, the files that were written count as changed. The caller
// holds s.mapping.
func (s *Store) save(sync bool) error {
	if s.options.ReadOnly && s.options.StatePath == "" {
		return nil
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	st, wait, syncErr := s.snapshot(sync)
	if sync && wait > 0 {
		time.Sleep(wait)
		var err error
		st, _, err = s.snapshot(sync)
		syncErr = errors.Join(syncErr, err)
	}
	folder, name, err := s.openState(true)
	if err != nil {
		return errors.Join(syncErr, fmt.Errorf("write the resume file: %w", err))
	}
	if err := replaceFile(folder, name, st.encode()); err != nil {
		syncErr = errors.Join(syncErr, &Error{"write", name, cause(err)})
	}
	return errors.Join(syncErr, s.closeState(folder))
}

// openState returns the folder and the name of the resume file.
func (s *Store) openState(create bool) (folder, string, error) {
	if s.options.StatePath == "" {
		return s.folder, "." + s.id + ".resume", nil
	}
	dir, name := filepath.Split(s.options.StatePath)
	f, err := openFolder(filepath.Clean(dir), create)
	return f, name, err
}

func (s *Store) closeState(f folder) error {
	if f == s.folder {
		return nil
	}
	return f.Close()
}

// replaceFile writes a file beside another and renames it, so that a crash leaves the old or the new one.
func replaceFile(in folder, name string, data []byte) error {
	beside := name + ".new"
	f, err := in.OpenFile(beside, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, 0)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = in.Rename(beside, name)
	}
	if err != nil {
		_ = in.Remove(beside) // the error that is returned says more
	}
	return err
}

// snapshot returns the state to be saved. wait says for how long the stamp of a file that was just
// written would prove nothing: a write could still leave it as it is. An error is one of syncing a file,
// which then counts as changed.
func (s *Store) snapshot(sync bool) (st *state, wait time.Duration, err error) {
	// The verified pieces are taken before the stamps: what is written in between belongs to others.
	s.mu.Lock()
	checked, have := s.checked, s.verified.Bytes(s.meta.Pieces())
	s.mu.Unlock()
	if !checked {
		return s.loaded, 0, nil
	}
	st = &state{id: s.id, pieces: have, files: make([]fileStamp, len(s.files))}
	var errs []error
	for i := range s.files {
		if !isStored(&s.meta.Files[i]) {
			st.files[i] = absent
			continue
		}
		stamp, w, err := s.stampOf(i, &s.files[i], sync)
		stamp.inParts = s.files[i].inParts
		st.files[i], wait, errs = stamp, max(wait, w), append(errs, err)
	}
	stamp, w, partsErr := s.stampOf(inParts, &s.parts, sync)
	st.parts = stamp
	return st, max(wait, w), errors.Join(append(errs, partsErr)...)
}

func (s *Store) stampOf(file int, f *fileState, sync bool) (stamp fileStamp, wait time.Duration, err error) {
	if f.written.Load() {
		if !sync {
			return fileStamp{}, 0, nil
		}
		f.written.Store(false)
		if err := s.sync(file); err != nil {
			f.written.Store(true)
			return fileStamp{}, 0, err
		}
	}
	info, err := s.folder.Stat(s.nameOf(file))
	if err != nil {
		return absent, 0, nil
	}
	stamp = stampOfInfo(info)
	if wait := untilSettled(info.ModTime(), time.Now()); wait != 0 {
		stamp.mtime = 0
		return stamp, max(wait, 0), nil
	}
	return stamp, 0, nil
}

func stampOfInfo(info fs.FileInfo) fileStamp {
	return fileStamp{size: info.Size(), mtime: info.ModTime().UnixNano()}
}

// untilSettled returns how long it takes until a later write is sure to change a modification time. File
// systems take it from a clock that ticks every 1 to 10 ms; some keep whole or even seconds only. A
// negative result stands for a time in the future, which proves nothing.
func untilSettled(mtime, now time.Time) time.Duration {
	tick := 20 * time.Millisecond
	if mtime.Nanosecond() == 0 {
		tick = 2 * time.Second
	}
	switch age := now.Sub(mtime); {
	case age < 0:
		return -1
	case age <= tick:
		return tick - age + time.Millisecond
	}
	return 0
}

// sync has the system write a file to the disk, so that the resume file, which says that it is verified,
// is never newer.
func (s *Store) sync(file int) error {
	f, err := s.file(file, true)
	if err != nil {
		return err
	}
	defer s.pool.handles.release(f)
	if err := f.Sync(); err != nil {
		return &Error{"sync", s.nameOf(file), cause(err)}
	}
	return nil
}

// loadState reads the resume file. Without one, or if it is damaged or of another torrent, nothing on
// disk is trusted.
func (s *Store) loadState() {
	nothing := &state{id: s.id, pieces: make([]byte, (s.meta.Pieces()+7)/8)}
	nothing.files = slices.Repeat([]fileStamp{absent}, len(s.meta.Files))
	nothing.parts = absent
	s.loaded = nothing
	folder, name, err := s.openState(false)
	if err != nil {
		return
	}
	defer func() { _ = s.closeState(folder) }()
	text, err := readFile(folder, name, s.maxState())
	if err != nil {
		return
	}
	st, err := decodeState(text, len(s.meta.Files))
	if err == nil && st.id == s.id && len(st.pieces) == len(nothing.pieces) {
		s.loaded = st
	}
}

// maxState is more than the length of the torrent's resume file in bytes.
func (s *Store) maxState() int64 {
	return 1024 + int64(len(s.id)) + int64(s.meta.Pieces()/8) + 64*int64(len(s.meta.Files))
}

func readFile(in folder, name string, limit int64) ([]byte, error) {
	info, err := in.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, errDamaged
	}
	f, err := in.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.NewSectionReader(f, 0, limit))
	return text, errors.Join(err, f.Close())
}
