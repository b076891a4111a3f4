package storage

import (
	"bytes"
	"crypto/sha256"
	"errors"

	"swarmsim/torrent/bencode"
)

// state is what a resume file says.
type state struct {
	id     string // Store.id
	pieces []byte // a bit for each verified piece, as in a BITFIELD message (BEP 3)
	files  []fileStamp
	parts  fileStamp // of the parts file
}

// fileStamp tells a file that has not changed from one that has.
type fileStamp struct {
	size    int64 // in bytes; -1 if there is no file
	mtime   int64 // modification time in nanoseconds since 1970; 0 if it proves nothing
	inParts bool  // its blocks are in the parts file
}

// absent is the stamp of a file that does not exist.
var absent = fileStamp{size: -1}

const stateVersion = 1

// encode returns the resume file: a bencoded dictionary of the state, itself bencoded, and its SHA-256
// hash.
func (st *state) encode() []byte {
	files := []byte{'l'}
	for _, f := range st.files {
		files = f.append(files)
	}
	return seal(bencode.Fields{
		"files":   append(files, 'e'),
		"id":      bencode.AppendString(nil, st.id),
		"parts":   st.parts.append(nil),
		"pieces":  bencode.AppendString(nil, st.pieces),
		"version": bencode.AppendInt(nil, stateVersion),
	}.Append(nil))
}

// seal adds the checksum to a state.
func seal(state []byte) []byte {
	sum := sha256.Sum256(state)
	return bencode.Fields{
		"checksum": bencode.AppendString(nil, sum[:]),
		"state":    bencode.AppendString(nil, state),
	}.Append(nil)
}

func (f fileStamp) append(b []byte) []byte {
	inParts := int64(0)
	if f.inParts {
		inParts = 1
	}
	b = append(b, 'l')
	for _, n := range []int64{f.size, f.mtime, inParts} {
		b = bencode.AppendInt(b, n)
	}
	return append(b, 'e')
}

var errDamaged = errors.New("the resume file is damaged")

// decodeState decodes a resume file of a torrent with the given number of files. It accepts only what
// encode writes.
func decodeState(text []byte, files int) (*state, error) {
	var sum, body []byte
	r := bencode.NewReader(text)
	err := r.Dict(func(key []byte) (err error) {
		switch string(key) {
		case "checksum":
			sum, err = r.Bytes()
		case "state":
			body, err = r.Bytes()
		}
		return err
	})
	if want := sha256.Sum256(body); err != nil || !bytes.Equal(sum, want[:]) {
		return nil, errDamaged
	}
	st, err := readState(body, files)
	if err != nil || !bytes.Equal(st.encode(), text) {
		return nil, errDamaged
	}
	return st, nil
}

func readState(body []byte, files int) (*state, error) {
	st, r := &state{}, bencode.NewReader(body)
	err := r.Dict(func(key []byte) (err error) {
		switch string(key) {
		case "files":
			err = r.List(func(i int) error {
				if i == files {
					return errDamaged
				}
				f, err := readStamp(r)
				st.files = append(st.files, f)
				return err
			})
		case "id":
			var id []byte
			id, err = r.Bytes()
			st.id = string(id)
		case "parts":
			st.parts, err = readStamp(r)
		case "pieces":
			st.pieces, err = r.Bytes()
		}
		return err
	})
	if err == nil && len(st.files) != files {
		err = errDamaged
	}
	return st, err
}

func readStamp(r *bencode.Reader) (f fileStamp, err error) {
	err = r.List(func(i int) error {
		n, err := r.Int()
		switch i {
		case 0:
			f.size = n
		case 1:
			f.mtime = n
		case 2:
			f.inParts = n == 1
		}
		return err
	})
	if f.size < -1 {
		err = errDamaged
	}
	return f, err
}
