package torrent

import (
	"encoding/hex"
	"errors"
	"fmt"

	"swarmsim/torrent/bencode"
)

// infoDict has the values of an info dictionary.
type infoDict struct {
	name, nameUTF8 []byte
	pieceLength    int64
	metaVersion    int64
	length         int64
	hasLength      bool
	attr           []byte // of a single file
	files          []byte // bencoded; nil without a list of files
	fileTree       []byte // bencoded; nil without one
	pieces         []byte
	hasPieces      bool
	rootHash       []byte // BEP 30
	private        int64
	source         []byte
	hasCert        bool // ssl-cert
}

// read reads the dictionary. The text of an error completes the sentence "the file ...".
func (in *infoDict) read(text []byte) error {
	r := bencode.NewReader(text)
	if r.Kind() != bencode.Dict {
		return errors.New("is not a torrent file: its info is not a dictionary")
	}
	return r.Dict(func(key []byte) error {
		var err error
		switch string(key) {
		case "name":
			in.name, err = r.Bytes()
		case "name.utf-8":
			in.nameUTF8, err = optional(r, r.Bytes)
		case "piece length":
			in.pieceLength, err = r.Int()
		case "meta version":
			in.metaVersion, err = r.Int()
		case "length":
			in.hasLength = true
			in.length, err = r.Int()
		case "attr":
			in.attr, err = optional(r, r.Bytes)
		case "files":
			err = isKind(r, bencode.List)
			if err == nil {
				in.files, err = r.Raw()
			}
		case "file tree":
			err = isKind(r, bencode.Dict)
			if err == nil {
				in.fileTree, err = r.Raw()
			}
		case "pieces":
			in.hasPieces = true
			in.pieces, err = r.Bytes()
		case "root hash":
			in.rootHash, err = optional(r, r.Bytes)
		case "private":
			in.private, err = optional(r, r.Int)
		case "source":
			in.source, err = optional(r, r.Bytes)
		case "ssl-cert":
			in.hasCert = true
		}
		return inField(string(key), err)
	})
}

// inField adds the name of the key of the info dictionary that has a value of another kind.
func inField(key string, err error) error {
	if errors.Is(err, bencode.ErrKind) {
		return fmt.Errorf("has an info dictionary whose %q %w", key, err)
	}
	return err
}

// optional reads a value with read, and leaves out a value of another kind: the torrent can be used
// without it.
func optional[T any](r *bencode.Reader, read func() (T, error)) (T, error) {
	v, err := read()
	if errors.Is(err, bencode.ErrKind) {
		err = nil
	}
	return v, err
}

func isKind(r *bencode.Reader, want bencode.Kind) error {
	if found := r.Kind(); found != want {
		return kindError(found, want)
	}
	return nil
}

// kindError is the error for a value of another kind.
func kindError(found, want bencode.Kind) error {
	return fmt.Errorf("is %s; it should be %s%w", found, want, errKind)
}

// errKind is bencode.ErrKind without a text of its own.
var errKind error = kindMark{}

type kindMark struct{}

func (kindMark) Error() string   { return "" }
func (kindMark) Is(t error) bool { return t == bencode.ErrKind }

// readInfo reads the info dictionary and lays out the files and pieces.
func (p Paths) readInfo(m *Meta, text []byte) error {
	var in infoDict
	if err := in.read(text); err != nil {
		return err
	}
	if err := m.setVersion(&in); err != nil {
		return err
	}
	m.Info = text
	m.setHashes()
	m.Private = in.private != 0
	m.Source = printableUTF8(in.source)
	if in.hasCert {
		m.warn("peers of this torrent connect with TLS (ssl-cert), which is not supported")
	}
	if err := m.setPieceLength(in.pieceLength); err != nil {
		return err
	}
	l := &lister{paths: p, m: m}
	if err := l.setName(&in); err != nil {
		return err
	}
	if err := l.list(&in); err != nil {
		return err
	}
	l.resolveLinks()
	l.resolveCollisions()
	if m.Length == 0 {
		return errors.New("has no content: all its files are empty")
	}
	if n := (m.Length-1)/m.PieceLength + 1; n > MaxPieces {
		return fmt.Errorf("has %d pieces of %d bytes; at most %d pieces are read", n, m.PieceLength, MaxPieces)
	}
	if m.Version.HasV1() {
		if want := 20 * int64(m.Pieces()); int64(len(in.pieces)) != want {
			return fmt.Errorf("has %d bytes of hashes; its %d pieces need %d", len(in.pieces), m.Pieces(), want)
		}
		m.Hashes = in.pieces
	}
	return nil
}

// setVersion finds the version from the keys that are there.
func (m *Meta) setVersion(in *infoDict) error {
	hasV1 := in.hasPieces || in.files != nil || in.hasLength
	switch {
	case in.metaVersion > 2:
		return fmt.Errorf("has meta version %d; the known versions are 1 and 2 (BEP 52)", in.metaVersion)
	case in.metaVersion == 2 && in.fileTree == nil:
		return errors.New("has meta version 2 but no file tree (BEP 52)")
	case in.metaVersion != 2 && in.fileTree != nil:
		return errors.New(`has a file tree but no "meta version" of 2 (BEP 52)`)
	case in.metaVersion == 2 && hasV1:
		m.Version = Hybrid
	case in.metaVersion == 2:
		m.Version = V2
	default:
		m.Version = V1
	}
	if m.Version.HasV1() && !in.hasPieces {
		if in.rootHash != nil {
			return errors.New("is a Merkle torrent of BEP 30, which no client of today supports; BEP 52 has taken its place")
		}
		if in.pieceLength != 0 {
			return errors.New("has no pieces in its info dictionary, which should be the SHA-1 hashes")
		}
	}
	return nil
}

func (m *Meta) setPieceLength(n int64) error {
	switch {
	case n == 0:
		return errors.New("has no piece length in its info dictionary")
	case n < MinPieceLength || n > MaxPieceLength:
		return fmt.Errorf("has pieces of %d bytes; the length must be 1 KiB to 1 GiB", n)
	case m.Version.HasV2() && (n < 16<<10 || n&(n-1) != 0):
		return fmt.Errorf("has pieces of %d bytes; version 2 (BEP 52) wants a power of two of at least 16 KiB", n)
	}
	m.PieceLength = n
	return nil
}

// setName makes the name safe. A torrent whose name has nothing that is usable is named after its
// info hash, as libtorrent does.
func (l *lister) setName(in *infoDict) error {
	raw := in.nameUTF8
	if len(raw) == 0 {
		raw = in.name
	}
	if string(raw) == ".." {
		return errors.New(`has the name "..", which leads out of the download folder`)
	}
	l.m.Name = l.paths.clean(raw)
	if l.m.Name == "" {
		l.m.Name = hex.EncodeToString(l.m.InfoHash[:])
	}
	if l.m.Name != string(raw) {
		l.m.warn(fmt.Sprintf("the name %.80q is replaced by %q", raw, l.m.Name))
	}
	return nil
}
