package content

import (
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"

	"swarmsim/bounded"
	"swarmsim/torrent"
)

// maxFiles limits content.path: a folder with more files, such as the whole disk, is a mistake.
const maxFiles = 100_000

// fileSet is the files of content.path: one file, or all files of a folder in the order of a
// walk.
type fileSet struct {
	root  string // in the file system
	shown string // as the scenario has it, for errors

	names   []string // of the files in order, in the file system
	length  int64    // of all files
	lengths []int64  // of each file; nil for a single one
	info    metainfo.Info
}

// newFileSet returns the files below a path. Their torrent is always named "content": clients draw
// from the info hash, and the path must not change what they draw.
func newFileSet(root, shown string) *fileSet {
	return &fileSet{root: root, shown: shown, info: metainfo.Info{Name: "content"}}
}

// scan finds the files and their lengths.
func (f *fileSet) scan(files fs.FS) error {
	err := fs.WalkDir(files, f.root, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("cannot read %q: %w", f.shownPath(p), bounded.Reason(err))
		}
		if e.IsDir() {
			return nil
		}
		return f.add(files, p)
	})
	if err != nil {
		return err
	}
	if f.length == 0 {
		return fmt.Errorf("%q has no content: it holds no file with anything in it", f.shown)
	}
	return nil
}

// shownPath is the name of a file as the scenario's author knows it.
func (f *fileSet) shownPath(p string) string { return f.shown + strings.TrimPrefix(p, f.root) }

// add adds the file at p. A symbolic link to a file counts as that file. Anything else that is
// not a regular file is an error: to leave it out would give the torrent less content than the
// folder has.
func (f *fileSet) add(files fs.FS, p string) error {
	shown := f.shownPath(p)
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
	case len(f.names) == maxFiles:
		return fmt.Errorf("%q holds more than %d files, the most that can be played", f.shown, maxFiles)
	case st.Size() > torrent.MaxLength-f.length:
		return fmt.Errorf("%q has more than 16 TiB, the most that can be played", f.shown)
	}
	f.names = append(f.names, p)
	f.length += st.Size()
	if p == f.root {
		f.info.Length = st.Size()
		return nil
	}
	path := strings.Split(strings.TrimPrefix(p[len(f.root):], "/"), "/")
	f.info.Files = append(f.info.Files, metainfo.FileInfo{Length: st.Size(), Path: path})
	f.lengths = append(f.lengths, st.Size())
	return nil
}

func (f *fileSet) reader(ctx context.Context, files fs.FS, progress func(done, total int64)) *fileReader {
	return &fileReader{ctx: ctx, files: files, names: f.names, left: f.length, total: f.length, progress: progress}
}

// hash reads the files of path and computes the piece hashes and the info hash. With keep the
// bytes read become the content's data.
func (c *Content) hash(path *fileSet, all *fileReader, keep bool) error {
	var from io.Reader = all
	var kept bytes.Buffer
	if keep {
		from = io.TeeReader(all, &kept)
	}
	defer all.close()
	path.info.PieceLength = c.Torrent.PieceLength
	var err error
	if path.info.Pieces, err = metainfo.GeneratePieces(from, path.info.PieceLength, nil); err == nil && all.left != 0 {
		err = errors.New("it changed while it was read")
	}
	if err != nil {
		if all.ctx.Err() != nil {
			return all.ctx.Err()
		}
		return Error{"content.path", fmt.Errorf("cannot read %q: %w", path.shown, bounded.Reason(err))}
	}
	encoded, err := bencode.Marshal(path.info)
	if err != nil {
		return err
	}
	c.Torrent.InfoHash, c.hashes = sha1.Sum(encoded), path.info.Pieces
	if keep {
		c.data = kept.Bytes()
	}
	return nil
}
