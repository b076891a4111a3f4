package testbed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"

	"swarmsim/sim/scenario"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// contentName is the name of content of which only the size is given.
const contentName = "content"

// content is what the swarm distributes.
type content struct {
	meta    *torrent.Meta
	torrent string // path of the torrent file
	folder  string // has the complete content
}

// makeContent writes the scenario's content and its torrent into a folder. The torrent is private
// (BEP 27): peers find each other by the tracker alone.
func makeContent(ctx context.Context, s *scenario.Scenario, source fs.FS, dir, work, announce string) (*content, error) {
	c := &content{torrent: filepath.Join(work, "lab.torrent"), folder: filepath.Join(work, "source")}
	if err := os.Mkdir(c.folder, 0o755); err != nil {
		return nil, err
	}
	name := contentName
	if s.Content.Path != "" {
		from := scenario.FilePath(dir, s.Content.Path)
		name = path.Base(from)
		if err := copyTree(source, from, filepath.Join(c.folder, name)); err != nil {
			return nil, fmt.Errorf("content.path: %w", err)
		}
	} else if err := generate(filepath.Join(c.folder, name), int64(s.Content.Size), s.Seed); err != nil {
		return nil, err
	}
	var err error
	c.meta, err = files.Create(ctx, os.DirFS(c.folder), name, files.Options{
		PieceLength: int64(s.Content.Piece), Private: true, Trackers: [][]string{{announce}},
	})
	if err != nil {
		return nil, fmt.Errorf("content: %w", err)
	}
	text, err := c.meta.Encode()
	if err != nil {
		return nil, err
	}
	return c, os.WriteFile(c.torrent, text, 0o644)
}

// generate writes pseudo-random bytes, which no client or file system compresses.
func generate(path string, size int64, seed uint64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	_, err = io.CopyN(f, rand.NewChaCha8(key), size)
	return errors.Join(err, f.Close())
}

// copyTree copies a file or a folder.
func copyTree(source fs.FS, from, to string) error {
	return fs.WalkDir(source, from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(filepath.FromSlash(from), filepath.FromSlash(p))
		if err != nil {
			return err
		}
		target := filepath.Join(to, rest)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case !d.Type().IsRegular():
			return fmt.Errorf("%s is neither a file nor a folder", p)
		}
		return copyFile(source, p, target)
	})
}

func copyFile(source fs.FS, from, to string) error {
	in, err := source.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
