package torrent

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"

	"github.com/anacrolix/torrent/bencode"
)

// Limits on what is read. MaxFile is a torrent file's size: hashes of 1.6 million
// pieces, three times what libtorrent reads unless told to read more.
const (
	MaxFile        = 32 << 20
	MaxLength      = 1 << 44 // 16 TiB of content
	MinPieceLength = 1 << 10
	MaxPieceLength = 1 << 30
)

// Meta is the shape of a torrent's content.
type Meta struct {
	InfoHash    [20]byte
	PieceLength int64   // bytes, of every piece but the last
	Length      int64   // bytes of all files, padding files (BEP 47) included
	Files       []int64 // their lengths in order; nil for a single file
	Hashes      []byte  // SHA-1, 20 bytes a piece
	Trailing    int     // bytes that follow the torrent in its file
}

// Pieces counts the pieces.
func (m *Meta) Pieces() int { return int((m.Length + m.PieceLength - 1) / m.PieceLength) }

// info is the info dictionary, as far as the shape of the content goes. In a
// hybrid the files of the version 1 half have padding between them, which the
// version 2 file tree does not mention; the hashes are those of the former.
type info struct {
	PieceLength int64         `bencode:"piece length"`
	Pieces      []byte        `bencode:"pieces"`
	Length      int64         `bencode:"length"`
	Files       []file        `bencode:"files"`
	MetaVersion int64         `bencode:"meta version"`
	FileTree    bencode.Bytes `bencode:"file tree"`
}

type file struct {
	Length int64 `bencode:"length"`
}

// Parse reads a torrent file. An error completes the sentence "the file ...".
func Parse(text []byte) (*Meta, error) {
	if len(text) == 0 || text[0] != 'd' {
		return nil, errors.New("is not a torrent file: it does not begin with a bencoded dictionary")
	}
	whole, err := end(text)
	if err != nil {
		return nil, fmt.Errorf("is not a torrent file: it %w", err)
	}
	var outer struct {
		Info bencode.Bytes `bencode:"info"`
	}
	if err := bencode.Unmarshal(text[:whole], &outer); err != nil {
		return nil, fmt.Errorf("is not a torrent file: %w", err)
	}
	if len(outer.Info) == 0 {
		return nil, errors.New("is not a torrent file: it has no info dictionary")
	}
	if outer.Info[0] != 'd' {
		return nil, errors.New("is not a torrent file: its info is not a dictionary")
	}
	var in info
	if err := bencode.Unmarshal(outer.Info, &in); err != nil {
		return nil, fmt.Errorf("is not a torrent file: its info dictionary: %w", err)
	}
	m := &Meta{InfoHash: sha1.Sum(outer.Info), PieceLength: in.PieceLength, Hashes: bytes.Clone(in.Pieces), Trailing: len(text) - whole}
	return m, m.measure(&in)
}

// measure adds up the files and compares the sum with the hashes.
func (m *Meta) measure(in *info) error {
	if m.PieceLength == 0 {
		return errors.New("has no piece length in its info dictionary")
	}
	if m.PieceLength < MinPieceLength || m.PieceLength > MaxPieceLength {
		return fmt.Errorf("has pieces of %d bytes; 1 KiB to 1 GiB can be played", m.PieceLength)
	}
	if len(in.Pieces) == 0 && (in.MetaVersion == 2 || len(in.FileTree) > 0) {
		return errors.New("is of version 2 only (BEP 52), whose pieces never cross files; version 1 and hybrids can be played: make it a hybrid, or say content.size and content.piece instead")
	}
	if in.Length != 0 && len(in.Files) > 0 {
		return errors.New("has both a length and files; a torrent has one of them")
	}
	all := in.Files
	if len(all) == 0 {
		all = []file{{in.Length}}
	}
	for i, f := range all {
		if f.Length < 0 {
			return fmt.Errorf("has a file, number %d, of %d bytes; a length is 0 or more", i+1, f.Length)
		}
		// Before the sum: it must not overflow.
		if f.Length > MaxLength-m.Length {
			return errors.New("has more than 16 TiB of content, the most that can be played")
		}
		m.Length += f.Length
		if len(in.Files) > 0 {
			m.Files = append(m.Files, f.Length)
		}
	}
	if m.Length == 0 {
		return errors.New("has no content: all its files are empty")
	}
	if want := 20 * int64(m.Pieces()); int64(len(m.Hashes)) != want {
		return fmt.Errorf("has %d bytes of hashes; its %d pieces need %d", len(m.Hashes), m.Pieces(), want)
	}
	return nil
}
