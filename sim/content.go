package sim

import (
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"

	"swarmsim/bounded"
	"swarmsim/client"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
)

// content is what is distributed: its shape and, with payload: real, its bytes
// and the hash of every piece.
type content struct {
	torrent  client.Torrent
	bytes    []byte
	hashes   []byte
	warnings []string // what is odd about its files and no mistake

	path  string // of content.path, as the scenario has it
	info  metainfo.Info
	names []string // of its files in order, as the file system has them
}

// ContentError says why a scenario's content cannot be used. It is for the
// scenario's author to mend.
type ContentError struct {
	Field string // such as content.torrent
	Err   error
}

func (e ContentError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e ContentError) Unwrap() error { return e.Err }

// CheckContent looks at a scenario's content as Run would, without reading what
// is only hashed: a scenario that it accepts has content that can be played. It
// is the Content of a scenario.Source.
func CheckContent(s *scenario.Scenario, files fs.FS, dir string) (field string, warnings []string, err error) {
	c, err := openContent(s, files, dir)
	var wrong ContentError
	if errors.As(err, &wrong) {
		return wrong.Field, nil, wrong.Err
	}
	if err != nil {
		return "content", nil, err
	}
	return "", c.warnings, nil
}

// loadContent makes the content a scenario asks for. Paths start from dir in
// files. Until ctx ends it hashes what it must, and calls read now and then with
// how many bytes of how many it has read; read may be nil.
func loadContent(ctx context.Context, s *scenario.Scenario, files fs.FS, dir string, read func(done, total int64)) (*content, error) {
	c, err := openContent(s, files, dir)
	if err != nil {
		return nil, err
	}
	switch {
	case s.Content.Path != "":
		err = c.hash(&fileReader{ctx: ctx, files: files, names: c.names, left: c.torrent.Length, total: c.torrent.Length, read: read}, s.Payload == "real")
	case s.Content.Torrent == "" && s.Payload == "real":
		err = c.invent()
	}
	return c, err
}

// openContent finds the shape of the content, and everything that is wrong with
// it but what only its bytes show.
func openContent(s *scenario.Scenario, files fs.FS, dir string) (*content, error) {
	c := &content{path: s.Content.Path}
	field := "content"
	var err error
	switch {
	case s.Content.Torrent != "":
		field += ".torrent"
		err = c.fromTorrent(files, scenario.FilePath(dir, s.Content.Torrent), s.Content.Torrent)
	case s.Content.Path != "":
		field += ".path"
		err = c.fromPath(files, scenario.FilePath(dir, s.Content.Path), int64(s.Content.Piece))
	default:
		c.fromSize(s)
	}
	if err == nil {
		err = c.bounds(s)
	}
	if err != nil {
		return nil, ContentError{field, err}
	}
	c.torrent.BlockLength = int64(s.Content.Block)
	return c, nil
}

// maxPieces bounds what a peer keeps of each piece.
const maxPieces = 1 << 22

func (c *content) bounds(s *scenario.Scenario) error {
	peers := 0
	for i := range s.Groups {
		peers += s.Groups[i].Count
	}
	length := scenario.Bytes(c.torrent.Length)
	switch n := c.torrent.Pieces(); {
	case n > maxPieces:
		return fmt.Errorf("%v in pieces of %v are %d pieces; at most %d can be played", length, scenario.Bytes(c.torrent.PieceLength), n, maxPieces)
	case s.Payload == "real" && float64(length)*float64(peers) > scenario.MaxReal:
		return fmt.Errorf("payload: real keeps %v for each of %d peers in memory; at most %v in all", length, peers, scenario.Bytes(scenario.MaxReal))
	}
	return nil
}

func (c *content) fromTorrent(files fs.FS, name, shown string) error {
	text, err := bounded.ReadFile(files, name, torrent.MaxFile)
	if err != nil {
		return fmt.Errorf("cannot read %q: %w", shown, err)
	}
	m, err := torrent.Parse(text)
	if err != nil {
		return fmt.Errorf("%q %w", shown, err)
	}
	if m.Trailing > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf("%q goes on for %d bytes after its end; they are left out", shown, m.Trailing))
	}
	c.torrent = client.Torrent{InfoHash: m.InfoHash, Length: m.Length, PieceLength: m.PieceLength, Files: m.Files}
	c.hashes = m.Hashes
	return nil
}

// fromPath finds the files of content.path, a file or a folder's files in order.
func (c *content) fromPath(files fs.FS, name string, pieceLength int64) error {
	c.info = metainfo.Info{PieceLength: pieceLength, Name: "content"} // whatever it is called: a name must not change its luck
	err := fs.WalkDir(files, name, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("cannot read %q: %w", c.shown(name, p), bounded.Reason(err))
		}
		if e.IsDir() {
			return nil
		}
		return c.add(files, name, p)
	})
	if err != nil {
		return err
	}
	if c.torrent.Length == 0 {
		return fmt.Errorf("%q has no content: it holds no file with anything in it", c.path)
	}
	c.torrent.PieceLength = pieceLength
	return nil
}

// shown is a file of content.path as the scenario's author knows it.
func (c *content) shown(root, p string) string { return c.path + strings.TrimPrefix(p, root) }

// maxFiles bounds content.path: a folder that is the whole disk is a mistake.
const maxFiles = 100_000

// add adds a file of content.path. What a symbolic link points to counts as the
// file; what is neither file nor folder is refused, not left out: whoever has the
// folder expects all of it.
func (c *content) add(files fs.FS, root, p string) error {
	shown := c.shown(root, p)
	st, err := fs.Stat(files, p)
	switch {
	case err != nil:
		return fmt.Errorf("cannot read %q: %w", shown, bounded.Reason(err))
	case st.IsDir():
		return fmt.Errorf("%q is a symbolic link to a folder, which could lead anywhere; put the folder itself there", shown)
	case !st.Mode().IsRegular():
		return fmt.Errorf("%q is %s, which no torrent can hold; take it out of the folder", shown, bounded.Kind(st.Mode()))
	case !utf8.ValidString(p):
		return fmt.Errorf("%q has a name that is not UTF-8, as BEP 3 wants names; rename it", shown)
	case len(c.names) == maxFiles:
		return fmt.Errorf("%q holds more than %d files, the most that can be played", c.path, maxFiles)
	case st.Size() > torrent.MaxLength-c.torrent.Length:
		return fmt.Errorf("%q has more than 16 TiB, the most that can be played", c.path)
	}
	c.names = append(c.names, p)
	c.torrent.Length += st.Size()
	if p == root {
		c.info.Length = st.Size()
		return nil
	}
	c.info.Files = append(c.info.Files, metainfo.FileInfo{Length: st.Size(), Path: strings.Split(strings.TrimPrefix(p[len(root):], "/"), "/")})
	c.torrent.Files = append(c.torrent.Files, st.Size())
	return nil
}

// hash makes the torrent of content.path, reading all of it.
func (c *content) hash(all *fileReader, keep bool) error {
	var from io.Reader = all
	var kept bytes.Buffer
	if keep {
		from = io.TeeReader(all, &kept)
	}
	defer all.close()
	var err error
	if c.info.Pieces, err = metainfo.GeneratePieces(from, c.info.PieceLength, nil); err == nil && all.left != 0 {
		err = errors.New("it changed while it was read")
	}
	if err != nil {
		if all.ctx.Err() != nil {
			return all.ctx.Err()
		}
		return ContentError{"content.path", fmt.Errorf("cannot read %q: %w", c.path, bounded.Reason(err))}
	}
	encoded, err := bencode.Marshal(c.info)
	if err != nil {
		return err
	}
	c.torrent.InfoHash, c.hashes = sha1.Sum(encoded), c.info.Pieces
	if keep {
		c.bytes = kept.Bytes()
	}
	return nil
}

// fromSize is content that only has a size. Its info hash depends on nothing but
// the seed and the shape: what a scenario is called must not change its luck.
func (c *content) fromSize(s *scenario.Scenario) {
	c.torrent = client.Torrent{Length: int64(s.Content.Size), PieceLength: int64(s.Content.Piece)}
	c.torrent.InfoHash = sha1.Sum(fmt.Appendf(nil, "%d %d %d", s.Seed, s.Content.Size, s.Content.Piece))
}

// invent draws the bytes of content that only has a size.
func (c *content) invent() error {
	var key [32]byte
	copy(key[:], c.torrent.InfoHash[:])
	c.bytes = make([]byte, c.torrent.Length)
	if _, err := rand.NewChaCha8(key).Read(c.bytes); err != nil {
		return err
	}
	var err error
	c.hashes, err = metainfo.GeneratePieces(bytes.NewReader(c.bytes), c.torrent.PieceLength, nil)
	return err
}

// fileReader reads files one after the other, one open at a time, until its
// context ends.
type fileReader struct {
	ctx         context.Context
	files       fs.FS
	names       []string
	open        fs.File
	left, total int64
	read        func(done, total int64)
}

// close closes the file that is open, if any.
func (r *fileReader) close() {
	if r.open != nil {
		r.open.Close()
	}
}

func (r *fileReader) Read(p []byte) (int, error) {
	for {
		if err := r.ctx.Err(); err != nil {
			return 0, err
		}
		if r.open == nil {
			if len(r.names) == 0 {
				return 0, io.EOF
			}
			f, _, err := bounded.Open(r.files, r.names[0])
			if err != nil {
				return 0, err
			}
			r.open, r.names = f, r.names[1:]
		}
		n, err := r.open.Read(p)
		r.left -= int64(n)
		if errors.Is(err, io.EOF) {
			err = r.open.Close()
			r.open = nil
		}
		if r.read != nil {
			r.read(r.total-r.left, r.total)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// store returns a peer's store: empty, or full for a seed.
func (c *content) store(full bool) client.Store {
	switch {
	case c.bytes == nil:
		return &client.Virtual{}
	case full:
		return &realStore{content: c, bytes: c.bytes}
	}
	return &realStore{content: c, bytes: make([]byte, len(c.bytes))}
}

// realStore keeps real bytes and checks them by SHA-1. A seed's bytes are the
// content's own, which it only reads.
type realStore struct {
	content *content
	bytes   []byte
}

func (s *realStore) at(piece, begin uint32) int64 {
	return int64(piece)*s.content.torrent.PieceLength + int64(begin)
}

func (s *realStore) Read(piece, begin, length uint32) []byte {
	at := s.at(piece, begin)
	return s.bytes[at : at+int64(length) : at+int64(length)]
}

func (s *realStore) Write(piece, begin uint32, data []byte, _ bool) {
	copy(s.bytes[s.at(piece, begin):], data)
}

func (s *realStore) Verify(piece uint32) bool {
	at := s.at(piece, 0)
	sum := sha1.Sum(s.bytes[at : at+s.content.torrent.PieceSize(int(piece))])
	return bytes.Equal(sum[:], s.content.hashes[20*piece:20*piece+20])
}

// verdict stands in for the store of a peer that is done: whether its content
// was that of the source.
type verdict struct {
	client.Store
	equal bool
}

// verified compares a finished leecher's real content with the source and lets
// its bytes go.
func (w *world) verified(n *node) client.Store {
	s, ok := n.store.(*realStore)
	if !ok || n.done == 0 {
		return nil
	}
	return verdict{equal: bytes.Equal(s.bytes, w.content.bytes)}
}
