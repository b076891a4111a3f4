//go:build !linux

package storage

import (
	"errors"
	"io"
)

func (f osFile) writeVector(parts [][]byte, offset int64) error {
	for _, p := range parts {
		if _, err := f.WriteAt(p, offset); err != nil {
			return err
		}
		offset += int64(len(p))
	}
	return nil
}

func (f osFile) readVector(parts [][]byte, offset int64) error {
	for _, p := range parts {
		if n, err := f.ReadAt(p, offset); n < len(p) {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		offset += int64(len(p))
	}
	return nil
}

// punch fails: there is no portable way to make a hole.
func (f osFile) punch(int64, int64) error { return errors.ErrUnsupported }

// allocate does nothing: there is no portable way to reserve space.
func (f osFile) allocate(int64) error { return nil }
