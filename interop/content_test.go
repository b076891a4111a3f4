package interop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// contentName is the name of every torrent.
const contentName = "content"

// contentSizes are the files of a torrent: pieces that several share, one with a name that is not
// ASCII, and an empty one.
var contentSizes = map[string]int{
	"a large one": 1<<20 + 5, "folder/b": 300_000, "folder/deeper/c": 1, "größe/d": 70_000, emptyFile: 0,
}

const (
	emptyFile   = "empty"
	pieceLength = 32 << 10
)

// noEmptyFiles are the clients that cannot write an empty file: Transmission creates none, nor does
// webtorrent in a hybrid, and anacrolix/torrent 1.61 fails to map it into memory.
var noEmptyFiles = []string{"transmission", "anacrolix", "webtorrent"}

// content makes files in a folder, and the torrent of them, which the given clients are to download.
func content(t *testing.T, o files.Options, clients ...program) (folder string, meta *torrent.Meta) {
	t.Helper()
	folder = writeContent(t)
	if slices.ContainsFunc(clients, func(p program) bool { return slices.Contains(noEmptyFiles, p.Name()) }) {
		if err := os.Remove(filepath.Join(folder, contentName, emptyFile)); err != nil {
			t.Fatal(err)
		}
	}
	o.PieceLength = pieceLength
	meta, err := files.Create(t.Context(), os.DirFS(folder), contentName, o)
	if err != nil {
		t.Fatal(err)
	}
	return folder, meta
}

// writeContent makes the files of a torrent in a folder.
func writeContent(t *testing.T) (folder string) {
	t.Helper()
	folder = newFolder(t)
	r := rand.NewChaCha8([32]byte{1})
	for name, size := range contentSizes {
		path := filepath.Join(folder, contentName, filepath.FromSlash(name))
		data := make([]byte, size)
		r.Read(data)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// writeTorrent writes a torrent's file and returns its path.
func writeTorrent(t *testing.T, meta *torrent.Meta) string {
	t.Helper()
	text, err := meta.Encode()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(newFolder(t), "x.torrent")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func readTorrent(path string) (*torrent.Meta, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return torrent.Parse(text)
}

// awaitEqual waits until two folders have the files of a torrent with the same content: libtorrent says
// that it is complete before all is written.
func awaitEqual(ctx context.Context, t *testing.T, meta *torrent.Meta, a, b string) {
	t.Helper()
	for {
		err := equal(meta, a, b)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func equal(meta *torrent.Meta, a, b string) error {
	for _, f := range meta.Files {
		if f.Padding() {
			continue
		}
		path := filepath.Join(contentName, filepath.FromSlash(f.Path))
		one, err := os.ReadFile(filepath.Join(a, path))
		if err != nil {
			return err
		}
		other, err := os.ReadFile(filepath.Join(b, path))
		if err != nil {
			return err
		}
		if !bytes.Equal(one, other) {
			return fmt.Errorf("%s differs", path)
		}
	}
	return nil
}

// writePadding writes padding files (BEP 47), which clients that do not know them look for.
func writePadding(t *testing.T, meta *torrent.Meta, folder string) {
	t.Helper()
	for _, f := range meta.Files {
		if !f.Padding() {
			continue
		}
		path := filepath.Join(folder, contentName, filepath.FromSlash(f.Path))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, make([]byte, f.Length), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}
