package files_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// content returns n pseudo-random bytes.
func content(n int) []byte {
	out := make([]byte, n)
	if _, err := rand.NewChaCha8([32]byte{1, byte(n)}).Read(out); err != nil {
		panic(err)
	}
	return out
}

// tree is a folder "t" with odd files.
func tree() fstest.MapFS {
	return fstest.MapFS{
		"t/.hidden":            {Data: content(10)},
		"t/empty":              {},
		"t/sub-x/q":            {Data: content(100_000)},
		"t/sub.txt":            {Data: content(16 << 10)},
		"t/sub/deep/ünïcödé 数": {Data: content(70_001)},
		"t/sub/empty":          {},
		"t/z":                  {Data: content(32 << 10), Mode: 0o755},
	}
}

func create(t *testing.T, from fs.FS, root string, o files.Options) *torrent.Meta {
	t.Helper()
	m, err := files.Create(t.Context(), from, root, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var allVersions = []files.Options{
	{Version: torrent.V1},
	{Version: torrent.V1, Pad: true},
	{Version: torrent.V1, Order: files.ByString},
	{Version: torrent.V2},
	{Version: torrent.Hybrid},
}

// What is created is read back the same, and verifies.
func TestCreateThenVerify(t *testing.T) {
	all := tree()
	for _, o := range allVersions {
		o.PieceLength, o.Workers = 32<<10, 3
		for _, root := range []string{"t", "t/sub-x/q"} {
			m := create(t, all, root, o)
			text, err := m.Encode()
			if err != nil {
				t.Fatal(err)
			}
			again, err := torrent.Parse(text)
			if err != nil {
				t.Fatalf("%v: %v", o, err)
			}
			if again.InfoHash != m.InfoHash || !reflect.DeepEqual(again.Files, m.Files) || len(again.Warnings) > 0 {
				t.Errorf("%+v\n%+v", again, m)
			}
			r, err := files.Verify(t.Context(), all, root, again, files.VerifyOptions{Workers: 3})
			if err != nil || !r.Complete() || r.Good != m.Pieces() {
				t.Errorf("%v of %s: %+v, %v", o.Version, root, r, err)
			}
			info, err := torrent.ParseInfo(m.Info)
			if err != nil {
				t.Fatal(err)
			}
			r, err = files.Verify(t.Context(), all, root, info, files.VerifyOptions{}) // without layers
			if err != nil || !r.Complete() {
				t.Errorf("%v of %s without layers: %+v, %v", o.Version, root, r, err)
			}
		}
	}
}

func TestOrder(t *testing.T) {
	for _, c := range []struct {
		order files.Order
		want  string
	}{
		{files.ByComponents, ".hidden empty sub/deep/ünïcödé 数 sub/empty sub-x/q sub.txt z"},
		{files.ByString, ".hidden empty sub-x/q sub.txt sub/deep/ünïcödé 数 sub/empty z"},
	} {
		m := create(t, tree(), "t", files.Options{Order: c.order})
		var got []string
		for i := range m.Files {
			got = append(got, m.Files[i].Path)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// The number of workers does not matter, and neither do files that cannot be read at an offset.
func TestCreateIsDeterministic(t *testing.T) {
	for _, o := range allVersions {
		o.PieceLength = 16 << 10
		o.CreationDate = time.Unix(1_500_000_000, 0)
		var texts [][]byte
		for workers := range 4 {
			o.Workers = workers + 1
			from := fs.FS(tree())
			if workers == 2 {
				from = sequential{from}
			}
			text, err := create(t, from, "t", o).Encode()
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, text)
		}
		for _, text := range texts {
			if !bytes.Equal(text, texts[0]) {
				t.Errorf("%v: torrents differ", o.Version)
			}
		}
	}
}

// sequential hides the ReadAt of files.
type sequential struct{ fs.FS }

func (s sequential) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	return struct{ fs.File }{f}, err
}

func (s sequential) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(s.FS, name) }

func TestExclude(t *testing.T) {
	m := create(t, tree(), "t", files.Options{Exclude: []string{".*", "sub/deep", "*.txt"}})
	var got []string
	for i := range m.Files {
		got = append(got, m.Files[i].Path)
	}
	if want := []string{"empty", "sub/empty", "sub-x/q", "z"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestPieceLength(t *testing.T) {
	for length, want := range map[int64]int64{
		1: 16 << 10, 2684355: 16 << 10, 2684356: 32 << 10, 1 << 30: 512 << 10, 703687441777: 8 << 20, 1 << 43: 16 << 20,
	} {
		if got := files.PieceLength(length); got != want {
			t.Errorf("%d bytes: %d, want %d", length, got, want)
		}
	}
}

func TestCreateErrors(t *testing.T) {
	for _, c := range []struct {
		root string
		o    files.Options
		want string
	}{
		{"absent", files.Options{}, "cannot read \"absent\""},
		{"t/sub/empty", files.Options{}, "has no content"},
		{"t", files.Options{Exclude: []string{"["}}, `"[" is not a pattern`},
		{"t", files.Options{PieceLength: 1000}, "should be a power of two from 16 KiB to 1 GiB"},
		{".", files.Options{}, "no name"},
		{"t", files.Options{Name: "a/b"}, "no name"},
		{"huge", files.Options{PieceLength: 16 << 10}, "make the pieces longer"},
		{"bad", files.Options{}, "not UTF-8"},
		{"device", files.Options{}, "is a device"},
	} {
		all := tree()
		all["bad/\xff"] = &fstest.MapFile{Data: []byte("x")}
		all["huge/x"] = &fstest.MapFile{Sys: int64(1 << 40)}
		all["device/x"] = &fstest.MapFile{Mode: fs.ModeDevice}
		if m, err := files.Create(t.Context(), hugeFiles{all}, c.root, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %+v, %v; want %s", c.root, m, err, c.want)
		}
	}
}

// hugeFiles gives files with a number in Sys that length.
type hugeFiles struct{ fstest.MapFS }

func (f hugeFiles) Stat(name string) (fs.FileInfo, error) {
	info, err := f.MapFS.Stat(name)
	if err == nil {
		if n, ok := info.Sys().(int64); ok {
			return hugeFile{info, n}, nil
		}
	}
	return info, err
}

type hugeFile struct {
	fs.FileInfo
	size int64
}

func (f hugeFile) Size() int64 { return f.size }

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := files.Options{PieceLength: 16 << 10, Progress: func(done, _ int64) { cancel() }}
	if _, err := files.Create(ctx, tree(), "t", o); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	var last, total int64
	m := create(t, tree(), "t", files.Options{Version: torrent.Hybrid, Progress: func(d, n int64) {
		if d <= last {
			t.Errorf("%d after %d", d, last)
		}
		last, total = d, n
	}})
	if last != total || total != m.Length {
		t.Errorf("%d of %d; the torrent has %d", last, total, m.Length)
	}
}

func TestVerifyFindsWhatIsWrong(t *testing.T) {
	for _, o := range allVersions {
		o.PieceLength = 32 << 10
		m := create(t, tree(), "t", o)
		all := tree()
		delete(all, "t/sub.txt")
		delete(all, "t/empty")
		all["t/sub-x/q"].Data = all["t/sub-x/q"].Data[:99_999]
		all["t/z"].Data[32<<10-1] ^= 1
		r, err := files.Verify(t.Context(), all, "t", m, files.VerifyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]files.State{}
		for _, f := range r.Files {
			got[m.Files[f.File].Path] = f.State
		}
		want := map[string]files.State{
			".hidden": files.Good, "empty": files.Missing, "sub/deep/ünïcödé 数": files.Good, "sub/empty": files.Good,
			"sub-x/q": files.WrongLength, "sub.txt": files.Missing, "z": files.Damaged,
		}
		if o.Version == torrent.V1 && !o.Pad { // pieces have parts of several files
			if o.Order == files.ByComponents {
				want["sub/deep/ünïcödé 数"] = files.Unchecked // it ends in a piece that sub-x/q begins in
			} else {
				want[".hidden"] = files.Unchecked
				want["sub/deep/ünïcödé 数"] = files.Unchecked
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v, order %d: %v, want %v", o.Version, o.Order, got, want)
		}
		if r.Complete() || r.Good == 0 {
			t.Errorf("%+v", r)
		}
	}
}

// Symbolic links on disk, followed and kept.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("t/a/file", content(50_000))
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	link("a", "t/to-folder")
	link("../a/file", "t/a/to-file")
	all := os.DirFS(dir)

	m := create(t, all, "t", files.Options{})
	if len(m.Files) != 4 || m.Length != 200_000 {
		t.Errorf("followed: %+v", m.Files)
	}
	for _, version := range []torrent.Version{torrent.V1, torrent.V2, torrent.Hybrid} {
		m = create(t, all, "t", files.Options{Version: version, KeepLinks: true})
		links := map[string]string{}
		for i := range m.Files {
			if m.Files[i].Attr.Has(torrent.Symlink) {
				links[m.Files[i].Path] = m.Files[i].Symlink
			}
		}
		if want := map[string]string{"to-folder": "a", "a/to-file": "a/file"}; !reflect.DeepEqual(links, want) {
			t.Errorf("kept: %v, want %v", links, want)
		}
		if r, err := files.Verify(t.Context(), all, "t", m, files.VerifyOptions{}); err != nil || !r.Complete() {
			t.Errorf("%+v, %v", r, err)
		}
	}

	link("../../outside", "t/leaves")
	_, err := files.Create(t.Context(), all, "t", files.Options{KeepLinks: true})
	if err == nil || !strings.Contains(err.Error(), `is a symbolic link to "../../outside", which is not in "t"`) {
		t.Error(err)
	}
	link(".", "t/loop")
	_, err = files.Create(t.Context(), all, "t", files.Options{Exclude: []string{"leaves"}})
	if err == nil {
		t.Error("a loop was followed")
	}
}

func ExampleCreate() {
	folder := fstest.MapFS{"songs/a.ogg": {Data: make([]byte, 100_000)}}
	meta, err := files.Create(context.Background(), folder, "songs", files.Options{
		Version:  torrent.Hybrid,
		Trackers: [][]string{{"http://tracker.example.org/announce"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(meta.Name, meta.Version, meta.Pieces())
	// Output: songs hybrid 7
}
