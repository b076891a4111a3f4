package sim

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"

	"swarmsim/client"
	"swarmsim/sim/scenario"
)

// content is what is distributed: its shape and, with payload: real, its bytes
// and the hash of every piece.
type content struct {
	torrent client.Torrent
	bytes   []byte
	hashes  []byte
}

// ContentError says why a scenario's content cannot be used. It is for the
// scenario's author to mend.
type ContentError struct{ Err error }

func (e ContentError) Error() string { return "content: " + e.Err.Error() }

// loadContent makes the content a scenario asks for. Paths start from dir in
// files.
func loadContent(s *scenario.Scenario, files fs.FS, dir string) (*content, error) {
	c := &content{}
	var err error
	switch {
	case s.Content.Torrent != "":
		err = c.fromTorrent(files, scenario.FilePath(dir, s.Content.Torrent))
	case s.Content.Path != "":
		err = c.fromPath(files, scenario.FilePath(dir, s.Content.Path), int64(s.Content.Piece), s.Payload == "real")
	default:
		err = c.fromSize(s)
	}
	if err != nil {
		return nil, ContentError{err}
	}
	c.torrent.BlockLength = int64(s.Content.Block)
	if n := c.torrent.Pieces(); n > 1<<22 {
		return nil, ContentError{fmt.Errorf("%d pieces are too many; at most 4,194,304", n)}
	}
	return c, nil
}

func (c *content) fromTorrent(files fs.FS, name string) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := metainfo.Load(io.LimitReader(f, 64<<20))
	if err != nil {
		return fmt.Errorf("%s is not a .torrent file: %w", name, err)
	}
	info, err := m.UnmarshalInfo()
	if err != nil {
		return fmt.Errorf("%s is not a .torrent file: %w", name, err)
	}
	length := info.TotalLength()
	var lengths []int64
	for _, file := range info.Files {
		if file.Length < 0 {
			return fmt.Errorf("%s: a file of length %d makes no sense", name, file.Length)
		}
		lengths = append(lengths, file.Length)
	}
	if info.PieceLength <= 0 || info.PieceLength > 1<<30 || length <= 0 || length > 1<<44 {
		return fmt.Errorf("%s: piece length %d or length %d makes no sense", name, info.PieceLength, length)
	}
	c.torrent = client.Torrent{InfoHash: m.HashInfoBytes(), Length: length, PieceLength: info.PieceLength, Files: lengths}
	if len(info.Pieces) != 20*c.torrent.Pieces() {
		return fmt.Errorf("%s: %d bytes of hashes for %d pieces make no sense", name, len(info.Pieces), c.torrent.Pieces())
	}
	c.hashes = info.Pieces
	return nil
}

// fromPath makes a torrent of a file or of a folder's files in order.
func (c *content) fromPath(files fs.FS, name string, pieceLength int64, keep bool) error {
	info := metainfo.Info{PieceLength: pieceLength, Name: path.Base(name)}
	var names []string
	err := fs.WalkDir(files, name, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		st, err := e.Info()
		if err != nil || !st.Mode().IsRegular() {
			return err
		}
		names = append(names, p)
		if p == name {
			info.Length = st.Size()
			return nil
		}
		info.Files = append(info.Files, metainfo.FileInfo{Length: st.Size(), Path: splitPath(p[len(name)+1:])})
		return nil
	})
	if err != nil {
		return err
	}
	readers := make([]io.Reader, 0, len(names))
	for _, n := range names {
		f, err := files.Open(n)
		if err != nil {
			return err
		}
		defer f.Close()
		readers = append(readers, f)
	}
	var all io.Reader = io.MultiReader(readers...)
	var kept bytes.Buffer
	if keep {
		all = io.TeeReader(all, &kept)
	}
	if info.Pieces, err = metainfo.GeneratePieces(all, pieceLength, nil); err != nil {
		return err
	}
	if len(info.Pieces) == 0 {
		return fmt.Errorf("%s has no content", name)
	}
	encoded, err := bencode.Marshal(info)
	if err != nil {
		return err
	}
	c.torrent = client.Torrent{InfoHash: sha1.Sum(encoded), Length: info.TotalLength(), PieceLength: pieceLength}
	for _, file := range info.Files {
		c.torrent.Files = append(c.torrent.Files, file.Length)
	}
	c.hashes = info.Pieces
	if keep {
		c.bytes = kept.Bytes()
	}
	return nil
}

func splitPath(p string) []string {
	var out []string
	for _, part := range bytes.Split([]byte(p), []byte("/")) {
		out = append(out, string(part))
	}
	return out
}

func (c *content) fromSize(s *scenario.Scenario) error {
	c.torrent = client.Torrent{Length: int64(s.Content.Size), PieceLength: int64(s.Content.Piece)}
	c.torrent.InfoHash = sha1.Sum(fmt.Appendf(nil, "%s %d %d %d", s.Name, s.Seed, s.Content.Size, s.Content.Piece))
	if s.Payload != "real" {
		return nil
	}
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
