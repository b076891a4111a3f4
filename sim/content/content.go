package content

import (
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"

	"github.com/anacrolix/torrent/metainfo"

	"swarmsim/client"
	"swarmsim/client/pieces"
	"swarmsim/sim/scenario"
)

// MaxPieces limits the number of pieces, since every peer keeps state for each piece.
const MaxPieces = 1 << 22

// Content is what the peers of a scenario exchange: its division into files and pieces, and the
// bytes and hashes if the payload is real.
type Content struct {
	Torrent  client.Torrent
	Warnings []string // oddities of its files that are no errors

	data   []byte // nil where the payload is virtual
	hashes []byte // SHA-1 of each piece, 20 bytes each; nil where the payload is virtual
}

// Error reports that a scenario's content cannot be used. Its author can correct it.
type Error struct {
	Field string // the scenario's field, such as content.torrent
	Err   error
}

func (e Error) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap returns Err, for errors.Is and errors.As.
func (e Error) Unwrap() error { return e.Err }

// Check finds the errors and warnings of a scenario's content without reading the files of
// content.path. A scenario that passes has content that can be played. It is the Content of a
// scenario.Source.
func Check(s *scenario.Scenario, files fs.FS, dir string) (field string, warnings []string, err error) {
	c, err := Open(s, files, dir)
	var wrong Error
	if errors.As(err, &wrong) {
		return wrong.Field, nil, wrong.Err
	}
	if err != nil {
		return "content", nil, err
	}
	return "", c.Warnings, nil
}

// Open returns a scenario's content without its bytes and, for content.path, without its info
// hash. Paths in the scenario are relative to dir in files. An Error is the author's mistake.
func Open(s *scenario.Scenario, files fs.FS, dir string) (*Content, error) {
	c, _, err := open(s, files, dir)
	return c, err
}

// Load returns a scenario's content with the hashes, and with payload: real the bytes, that its
// peers need. It stops with an error when ctx ends. progress, which may be nil, is called with
// the number of bytes of content.path read so far and in total.
func Load(
	ctx context.Context, s *scenario.Scenario, files fs.FS, dir string, progress func(done, total int64),
) (*Content, error) {
	c, path, err := open(s, files, dir)
	if err != nil {
		return nil, err
	}
	switch {
	case path != nil:
		err = c.hash(path, path.reader(ctx, files, progress), s.Payload == scenario.PayloadReal)
	case s.Content.Torrent == "" && s.Payload == scenario.PayloadReal:
		err = c.generate()
	}
	return c, err
}

// open also returns the files of content.path; nil for other content.
func open(s *scenario.Scenario, files fs.FS, dir string) (*Content, *fileSet, error) {
	c := &Content{}
	var path *fileSet
	field := "content"
	var err error
	switch {
	case s.Content.Torrent != "":
		field += ".torrent"
		err = c.parseTorrent(files, scenario.FilePath(dir, s.Content.Torrent), s.Content.Torrent)
	case s.Content.Path != "":
		field += ".path"
		path = newFileSet(scenario.FilePath(dir, s.Content.Path), s.Content.Path)
		err = path.scan(files)
		c.Torrent.Layout = pieces.Layout{Length: path.length, PieceLength: int64(s.Content.Piece)}
		c.Torrent.Files = path.lengths
	default:
		c.Torrent.Layout = pieces.Layout{Length: int64(s.Content.Size), PieceLength: int64(s.Content.Piece)}
		c.Torrent.InfoHash = sizeHash(s)
	}
	if err == nil {
		err = c.checkLimits(s)
	}
	if err != nil {
		return nil, nil, Error{field, err}
	}
	c.Torrent.BlockLength = int64(s.Content.Block)
	c.Torrent.Private = c.Torrent.Private || s.Content.Private
	return c, path, nil
}

// sizeHash is the info hash of content of which only the size is given. It depends on the seed
// and the shape only: clients draw from the info hash, and the scenario's name must not change
// what they draw.
func sizeHash(s *scenario.Scenario) [20]byte {
	return sha1.Sum(fmt.Appendf(nil, "%d %d %d", s.Seed, s.Content.Size, s.Content.Piece))
}

// checkLimits reports an error where the content has too many pieces, or too many bytes for all
// peers to hold in memory.
func (c *Content) checkLimits(s *scenario.Scenario) error {
	peers := s.Peers()
	length := scenario.Bytes(c.Torrent.Length)
	switch n := c.Torrent.Pieces(); {
	case n > MaxPieces:
		return fmt.Errorf("%v in pieces of %v are %d pieces; at most %d can be played",
			length, scenario.Bytes(c.Torrent.PieceLength), n, MaxPieces)
	case s.Payload == scenario.PayloadReal && float64(length)*float64(peers) > scenario.MaxReal:
		return fmt.Errorf("payload: real keeps %v for each of %d peers in memory; at most %v in all",
			length, peers, scenario.Bytes(scenario.MaxReal))
	}
	return nil
}

// generate fills content of which only the size is given with pseudo-random bytes.
func (c *Content) generate() error {
	var key [32]byte
	copy(key[:], c.Torrent.InfoHash[:])
	c.data = make([]byte, c.Torrent.Length)
	if _, err := rand.NewChaCha8(key).Read(c.data); err != nil {
		return err
	}
	var err error
	c.hashes, err = metainfo.GeneratePieces(bytes.NewReader(c.data), c.Torrent.PieceLength, nil)
	return err
}
