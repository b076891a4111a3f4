package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"swarmsim/torrent"
	"swarmsim/torrent/bencode"
)

// Options say what Create makes. The zero value is a torrent of version 1 of all files, without
// attributes.
type Options struct {
	Version     torrent.Version // V1 if 0
	PieceLength int64           // in bytes; a power of two of at least 16 KiB; 0 for PieceLength of the size
	Name        string          // of the torrent; the last element of the path if ""
	Order       Order
	Pad         bool     // V1: padding files, as in a hybrid (libtorrent's canonical_files)
	Attributes  bool     // executable files are marked (BEP 47); V1 of most programs has no attributes
	KeepLinks   bool     // symbolic links become links (BEP 47) and not what they lead to
	Exclude     []string // patterns of path.Match for names, or with a slash for paths, to leave out

	Private bool   // BEP 27
	Source  string // the tracker's mark

	Trackers     [][]string // in tiers
	WebSeeds     []string
	HTTPSeeds    []string
	Nodes        []string // "host:port"
	Comment      string
	CreatedBy    string
	CreationDate time.Time // not written if zero

	Workers  int                     // that read and hash; one for each core if 0
	Progress func(done, total int64) // in bytes; called by one goroutine at a time; may be nil
}

// PieceLength returns the length of pieces, in bytes, for content of the given length in bytes. It is
// libtorrent's choice: 16 KiB up to 2.5 MiB, and twice as much for each fourfold of that, up to 16 MiB.
func PieceLength(length int64) int64 {
	piece := int64(16 << 10)
	for _, limit := range []int64{
		2684355, 10737418, 42949673, 171798692, 687194767,
		2748779069, 10995116278, 43980465111, 175921860444, 703687441777,
	} {
		if length <= limit {
			break
		}
		piece *= 2
	}
	return piece
}

// Create makes a torrent of the file or the folder at root.
func Create(ctx context.Context, files fs.FS, root string, o Options) (*torrent.Meta, error) {
	if o.Version == 0 {
		o.Version = torrent.V1
	}
	if o.Name == "" {
		o.Name = path.Base(root)
	}
	if o.Name == "." || o.Name == ".." || strings.ContainsAny(o.Name, "/\x00") || !utf8.ValidString(o.Name) {
		return nil, fmt.Errorf("%q is no name for a torrent; give a name", o.Name)
	}
	w := walk{files: files, root: root, options: &o}
	if err := w.run(ctx); err != nil {
		return nil, err
	}
	if w.length == 0 {
		return nil, fmt.Errorf("%q has no content: it holds no file with anything in it", root)
	}
	if o.PieceLength == 0 {
		o.PieceLength = PieceLength(w.length)
	}
	if n := o.PieceLength; n < 16<<10 || n > torrent.MaxPieceLength || n&(n-1) != 0 {
		return nil, fmt.Errorf("the piece length is %d; it should be a power of two from 16 KiB to 1 GiB", n)
	}
	b := builder{options: &o, single: w.single}
	b.layOut(w.found)
	if b.meta.Length > torrent.MaxLength {
		return nil, errors.New("the content has more than 16 TiB, which is the limit")
	}
	if err := b.checkPieces(); err != nil { // before hashing, which takes long
		return nil, err
	}
	if err := b.hash(ctx, files, root); err != nil {
		return nil, err
	}
	return b.finish()
}

// builder makes the torrent of the files found.
type builder struct {
	options *Options
	single  bool
	meta    torrent.Meta // the layout
	sha1    []byte       // of the pieces
	roots   []byte       // of the hash trees of the pieces
}

// layOut lays out the files in pieces, with padding files for hybrids and by option.
func (b *builder) layOut(found []torrent.File) {
	m := &b.meta
	m.Version, m.PieceLength, m.Single, m.Name = b.options.Version, b.options.PieceLength, b.single, b.options.Name
	// A hybrid of a single file must not have a padding file, because its version 1 half could then
	// not be a single file.
	pad := (m.Version == torrent.Hybrid || m.Version == torrent.V1 && b.options.Pad) && len(found) > 1
	for _, f := range found {
		if m.Version == torrent.V2 && f.Length > 0 {
			m.Length += -m.Length & (m.PieceLength - 1)
		}
		f.Offset = m.Length
		m.Files = append(m.Files, f)
		m.Length += f.Length
		// Also after the last file, as libtorrent does.
		if gap := -m.Length & (m.PieceLength - 1); pad && gap > 0 && f.Length > 0 {
			m.Files = append(m.Files, torrent.File{
				Path:   fmt.Sprintf(".pad/%d", gap),
				Length: gap,
				Offset: m.Length,
				Attr:   torrent.Padding,
			})
			m.Length += gap
		}
	}
}

// checkPieces returns an error if there are too many pieces for a torrent, or for a file of
// torrent.MaxFile.
func (b *builder) checkPieces() error {
	m := &b.meta
	n := (m.Length-1)/m.PieceLength + 1
	hashes := int64(0)
	if m.Version.HasV1() {
		hashes += 20 * n
	}
	if m.Version.HasV2() {
		hashes += 32 * n
	}
	if n > torrent.MaxPieces || hashes > torrent.MaxFile {
		return fmt.Errorf("%d bytes in pieces of %d are %d pieces; at most %d, and %d bytes of hashes, are possible: make the pieces longer",
			m.Length, m.PieceLength, n, torrent.MaxPieces, torrent.MaxFile)
	}
	return nil
}

// hash reads all files and computes the hashes of the pieces.
func (b *builder) hash(ctx context.Context, files fs.FS, root string) error {
	m := &b.meta
	if m.Version.HasV1() {
		b.sha1 = make([]byte, 20*m.Pieces())
	}
	if m.Version.HasV2() {
		b.roots = make([]byte, 32*m.Pieces())
	}
	p := pool{meta: m, files: files, root: root, workers: b.options.Workers, progress: b.options.Progress}
	return p.run(ctx, func(h *torrent.Hasher, piece int, err error) error {
		if err != nil {
			return err
		}
		if b.sha1 != nil {
			sum := h.SHA1()
			copy(b.sha1[20*piece:], sum[:])
		}
		if b.roots != nil {
			root := h.Root()
			copy(b.roots[32*piece:], root[:])
		}
		return nil
	})
}

// finish encodes the info dictionary and reads it again, which checks it.
func (b *builder) finish() (*torrent.Meta, error) {
	o := b.options
	m, err := torrent.ParseInfo(b.encodeInfo())
	if err != nil {
		return nil, fmt.Errorf("the new torrent %w", err)
	}
	if m.Version.HasV2() {
		for i := range m.Files {
			f := &m.Files[i]
			if f.Length <= m.PieceLength || f.Padding() {
				continue
			}
			first, end := m.FilePieces(i)
			if err := m.SetLayer(i, b.roots[32*first:32*end]); err != nil {
				return nil, fmt.Errorf("the new torrent %w", err)
			}
		}
	}
	m.Trackers, m.WebSeeds, m.HTTPSeeds, m.Nodes = o.Trackers, o.WebSeeds, o.HTTPSeeds, o.Nodes
	m.Comment, m.CreatedBy, m.CreationDate = o.Comment, o.CreatedBy, o.CreationDate
	return m, nil
}

// encodeInfo returns the info dictionary.
func (b *builder) encodeInfo() []byte {
	m, o := &b.meta, b.options
	f := bencode.Fields{
		"name":         bencode.AppendString(nil, o.Name),
		"piece length": bencode.AppendInt(nil, m.PieceLength),
	}
	if o.Private {
		f["private"] = bencode.AppendInt(nil, 1)
	}
	if o.Source != "" {
		f["source"] = bencode.AppendString(nil, o.Source)
	}
	if m.Version.HasV1() {
		f["pieces"] = bencode.AppendString(nil, b.sha1)
		if m.Single {
			f["length"] = bencode.AppendInt(nil, m.Files[0].Length)
			if attr := m.Files[0].Attr; attr != 0 {
				f["attr"] = bencode.AppendString(nil, attr.String())
			}
		} else {
			f["files"] = b.encodeList()
		}
	}
	if m.Version.HasV2() {
		f["meta version"] = bencode.AppendInt(nil, 2)
		f["file tree"] = b.encodeTree()
	}
	return f.Append(nil)
}
