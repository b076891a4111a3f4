package torrent

import (
	"time"
)

// Version is a torrent's version, or both versions of a hybrid (BEP 52).
type Version int

// The versions.
const (
	V1     Version = 1 // SHA-1 hashes of pieces (BEP 3)
	V2     Version = 2 // SHA-256 hash trees of files (BEP 52)
	Hybrid         = V1 | V2
)

// HasV1 reports whether clients of version 1 can use the torrent.
func (v Version) HasV1() bool { return v&V1 != 0 }

// HasV2 reports whether the torrent has the hash trees of version 2.
func (v Version) HasV2() bool { return v&V2 != 0 }

func (v Version) String() string {
	switch v {
	case V1:
		return "v1"
	case V2:
		return "v2"
	case Hybrid:
		return "hybrid"
	}
	return "unknown"
}

// Meta is a torrent: what its file says, checked. Do not change the fields between Files and
// Hashes: they are read from Info.
type Meta struct {
	Version Version

	// InfoHash identifies the torrent in handshakes, announces and the DHT: InfoHashV1, or for a
	// torrent of version 2 only the first 20 bytes of InfoHashV2 (BEP 52). A hybrid is also a member
	// of the swarm of Truncated.
	InfoHash   [20]byte
	InfoHashV1 [20]byte // SHA-1 of Info; zero for version 2 only
	InfoHashV2 [32]byte // SHA-256 of Info; zero for version 1 only

	// Info is the bencoded info dictionary, for the exchange of metadata (BEP 9).
	Info []byte

	Name        string // of the file or of the folder; safe, see Paths
	PieceLength int64  // bytes in every piece but the last of the torrent (v1) or of a file (v2)

	// Length is the number of bytes from the start of the first piece to the end of the last. It
	// includes padding files and, for version 2 only, the gaps between files whose pieces are
	// aligned.
	Length int64

	Files  []File // in order, with padding files; at least one
	Single bool   // a single file, named Name, and no folder
	Hashes []byte // the SHA-1 hash of each piece, 20 bytes each; nil for version 2 only

	Private bool   // peers come from the trackers only (BEP 27); see SetPrivate
	Source  string // the tracker's mark, which gives the torrent an info hash of its own; see SetSource

	// The fields below are not part of the info hash, and may be changed. Encode writes them.

	Trackers     [][]string // URLs in tiers (BEP 12)
	WebSeeds     []string   // URLs of servers with the files (BEP 19)
	HTTPSeeds    []string   // URLs of scripts that serve pieces (BEP 17)
	Nodes        []string   // "host:port" of DHT nodes (BEP 5)
	Comment      string
	CreatedBy    string
	CreationDate time.Time // zero if not known
	Encoding     string    // of strings that are not UTF-8

	// Warnings say what was found wrong and mended, such as a file whose name was changed. There are
	// at most 20.
	Warnings []string
	Trailing int // bytes in the file after the end of the torrent

	layers layerSet
	extra  map[string][]byte // keys of the torrent file that have no field here, bencoded
}

// File is a file of a torrent.
type File struct {
	// Path is the path in the torrent's folder, with slashes. It is valid for fs.ValidPath and safe
	// to create below the folder, see Paths. The path of a single file is its name.
	Path   string
	Length int64 // bytes
	Offset int64 // of its first byte from the start of the torrent's first piece
	Attr   Attr

	// Symlink is the path in the torrent's folder that a symbolic link leads to, with slashes; the
	// link itself has no content.
	Symlink string
	SHA1    []byte   // of the whole file (BEP 47), 20 bytes, not verified; usually nil
	Root    [32]byte // of the hash tree (BEP 52); zero for version 1 only and for empty files
}

// Attr is the set of a file's attributes (BEP 47).
type Attr uint8

// The attributes.
const (
	Padding Attr = 1 << iota // zeros that align the next file; never stored
	Executable
	Hidden
	Symlink
)

// attrLetters are the letters of the attributes in a torrent file.
var attrLetters = map[byte]Attr{'p': Padding, 'x': Executable, 'h': Hidden, 'l': Symlink}

// Has reports whether all attributes of b are set.
func (a Attr) Has(b Attr) bool { return a&b == b }

// String returns the letters of the attributes, as BEP 47 has them.
func (a Attr) String() string {
	var out []byte
	for _, c := range []byte("hlpx") {
		if a.Has(attrLetters[c]) {
			out = append(out, c)
		}
	}
	return string(out)
}

// Padding reports whether the file is padding, which is never stored.
func (f *File) Padding() bool { return f.Attr.Has(Padding) }

// Truncated returns the first 20 bytes of the version 2 info hash, which identify a torrent of
// version 2 in handshakes, announces and the DHT (BEP 52).
func (m *Meta) Truncated() [20]byte { return [20]byte(m.InfoHashV2[:20]) }

// Size returns the number of bytes of the files, without padding.
func (m *Meta) Size() int64 {
	n := int64(0)
	for i := range m.Files {
		if !m.Files[i].Padding() {
			n += m.Files[i].Length
		}
	}
	return n
}

const maxWarnings = 20

func (m *Meta) warn(text string) {
	if len(m.Warnings) < maxWarnings {
		m.Warnings = append(m.Warnings, text)
	}
}
