package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// liveTest is a folder with content and its torrent, and a tracker in this process.
type liveTest struct {
	meta     *torrent.Meta
	announce string
	hosts    int
}

// oddSizes are files of lengths that are easily got wrong.
var oddSizes = map[string]int{"a.bin": 2 << 20, "empty": 0, "one": 1, "b/ü 長い.bin": 600_001, "b/c/d.txt": 100_000}

// newLiveTest makes src/content and content.torrent in a new working directory.
func newLiveTest(t *testing.T, sizes map[string]int) *liveTest {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	tracker, started := startTracker(t)
	t.Cleanup(tracker.stop)
	go io.Copy(io.Discard, tracker.reader)
	l := &liveTest{announce: started.Announce[0]}
	l.meta = l.makeContent(t, "content", sizes)
	return l
}

// makeContent makes src/NAME and NAME.torrent.
func (l *liveTest) makeContent(t *testing.T, name string, sizes map[string]int) *torrent.Meta {
	t.Helper()
	r := rand.NewChaCha8([32]byte{byte(len(name))})
	paths := make([]string, 0, len(sizes))
	for path := range sizes {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		data := make([]byte, sizes[path])
		r.Read(data)
		path = filepath.Join("src", name, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		write(t, path, string(data))
	}
	meta, err := files.Create(t.Context(), os.DirFS("src"), name, files.Options{
		PieceLength: 32 << 10, Trackers: [][]string{{l.announce}},
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := meta.Encode()
	if err != nil {
		t.Fatal(err)
	}
	write(t, name+".torrent", string(text))
	return meta
}

// args adds flags that keep a command on this machine, at an address of its own.
func (l *liveTest) args(args ...string) []string {
	l.hosts++
	return append(args, "--listen", fmt.Sprintf("127.0.9.%d:0", l.hosts), "--no-dht", "--no-lsd")
}

// liveGuard ends a command that hangs.
const liveGuard = 2 * time.Minute

// runningLive is a command that runs in this process, with --json.
type runningLive struct {
	stop   context.CancelFunc
	exit   chan int
	lines  chan statusLine // as they are printed
	stderr bytes.Buffer
	code   int
	last   statusLine
}

// start starts a command.
func (l *liveTest) start(t *testing.T, args ...string) *runningLive {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), liveGuard)
	t.Cleanup(cancel)
	r, w := io.Pipe()
	p := &runningLive{stop: cancel, exit: make(chan int, 1), lines: make(chan statusLine, 10_000)}
	args = l.args(append(args, "--json")...)
	go func() {
		code := Run(ctx, w, &p.stderr, args)
		w.Close()
		p.exit <- code
	}()
	go func() {
		defer close(p.lines)
		scanner := bufio.NewScanner(r)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			var line statusLine
			if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
				t.Errorf("%v: %s", err, scanner.Bytes())
			}
			p.lines <- line
		}
	}()
	return p
}

// await waits for a line of a state.
func (p *runningLive) await(t *testing.T, state string) statusLine {
	t.Helper()
	for line := range p.lines {
		p.last = line
		if line.State == state {
			return line
		}
	}
	t.Fatalf("the output ends before %q; exit %d: %s", state, <-p.exit, p.stderr.String())
	return statusLine{}
}

// end waits for the end of the command and returns its last line.
func (p *runningLive) end(t *testing.T, code int) statusLine {
	t.Helper()
	for line := range p.lines {
		p.last = line
	}
	if p.code = <-p.exit; p.code != code {
		t.Fatalf("exit %d, want %d: %s", p.code, code, p.stderr.String())
	}
	return p.last
}

// seed starts the seed of the content.
func (l *liveTest) seed(t *testing.T, args ...string) *runningLive {
	t.Helper()
	p := l.start(t, append([]string{"seed", "content.torrent", "src"}, args...)...)
	p.await(t, "seeding")
	return p
}

// get downloads and compares the result.
func (l *liveTest) get(t *testing.T, folder string, args ...string) statusLine {
	t.Helper()
	line := l.start(t, append([]string{"get", "--dir", folder}, args...)...).end(t, 0)
	if line.State != "complete" || line.Left != 0 {
		t.Errorf("%+v", line)
	}
	return line
}

// compare fails the test unless a folder has the content.
func (l *liveTest) compare(t *testing.T, folder string) {
	t.Helper()
	r, err := files.Verify(t.Context(), results.OS, filepath.Join(folder, "content"), l.meta, files.VerifyOptions{})
	if err != nil || !r.Complete() {
		t.Errorf("%s is not the content: %v", folder, err)
	}
}

// A torrent is named by its file, on standard input, by a URL or by a magnet link.
func TestGetByFileStandardInputURLAndMagnetLink(t *testing.T) {
	l := newLiveTest(t, oddSizes)
	seed := l.seed(t)
	server := httptest.NewServer(http.FileServer(http.Dir(".")))
	defer server.Close()
	old := os.Stdin
	defer func() { os.Stdin = old }()
	os.Stdin, _ = os.Open("content.torrent")
	for i, arg := range []string{"content.torrent", "-", server.URL + "/content.torrent?key=secret", l.meta.Magnet().String()} {
		folder := fmt.Sprint("out", i)
		l.get(t, folder, arg)
		l.compare(t, folder)
	}
	// A second run has nothing to do.
	if line := l.get(t, "out0", "content.torrent", "--no-pex"); line.Downloaded != 0 {
		t.Errorf("fetched again: %+v", line)
	}
	seed.stop()
	if line := seed.end(t, 0); line.Uploaded == 0 || line.Ratio == 0 {
		t.Errorf("%+v", line)
	}
	if matches, _ := filepath.Glob("src/.*"); len(matches) > 0 {
		t.Errorf("the seed has written %v", matches)
	}
}

// Only the files that are wanted are made; the others come with a later run.
func TestGetSelectsFiles(t *testing.T) {
	l := newLiveTest(t, oddSizes)
	l.seed(t)
	code, list, _ := program(t, "get", "content.torrent", "--list")
	if code != 0 || len(strings.Split(strings.TrimSpace(list), "\n")) != len(oddSizes) || !strings.Contains(list, "b/ü 長い.bin") {
		t.Fatalf("exit %d:\n%s", code, list)
	}
	number := 0
	for i := range l.meta.Files {
		if l.meta.Files[i].Path == "a.bin" {
			number = i + 1
		}
	}
	for i, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"--files", "*.txt"}, []string{"b/c/d.txt"}},
		{[]string{"--files", "b", "--files", "one"}, []string{"b/c/d.txt", "b/ü 長い.bin", "one"}},
		{[]string{"--only", fmt.Sprint(number)}, []string{"a.bin"}},
	} {
		for _, source := range []string{"content.torrent", l.meta.Magnet().String()} {
			folder := fmt.Sprint("out", i, len(source))
			l.get(t, folder, append([]string{source}, c.args...)...)
			for name := range oddSizes {
				got, err := os.ReadFile(filepath.Join(folder, "content", filepath.FromSlash(name)))
				want, _ := os.ReadFile(filepath.Join("src/content", filepath.FromSlash(name)))
				if wanted := slices.Contains(c.want, name); wanted && !bytes.Equal(got, want) || !wanted && err == nil {
					t.Errorf("%v: %s: %d bytes, %v", c.args, name, len(got), err)
				}
			}
			l.get(t, folder, source)
			l.compare(t, folder)
		}
	}
	// The files of a magnet link are listed without writing anything.
	args := append(l.args("get", l.meta.Magnet().String(), "--list", "--dir", "none"), "--json")
	if code, out, err := program(t, args...); code != 0 || strings.Count(out, `"path"`) != len(oddSizes) {
		t.Errorf("exit %d: %s%s", code, out, err)
	}
	if results.Exists("none") {
		t.Error("--list has made the folder")
	}
	// A pattern without a file is an error also where the files are known later.
	if code, _, err := program(t, l.args("get", l.meta.Magnet().String(), "--files", "*.flac", "--dir", "none", "-q")...); code != 2 ||
		!strings.Contains(err, `no file of "content" matches "*.flac"`) || results.Exists("none") {
		t.Errorf("exit %d: %s", code, err)
	}
}

// An interrupted download says how far it is, and the same command completes it.
func TestGetIsInterruptedAndContinues(t *testing.T) {
	l := newLiveTest(t, map[string]int{"a": 3 << 20, "b": 1 << 20})
	l.seed(t)
	r := rand.New(rand.NewPCG(1, 2))
	have := 0
	for range 3 {
		p := l.start(t, "get", "content.torrent", "--dir", "out", "--download", "1MB/s", "--sequential")
		p.await(t, "downloading")
		time.Sleep(time.Duration(500+r.IntN(500)) * time.Millisecond)
		p.stop()
		line := p.end(t, 1)
		if line.State != "incomplete" || !strings.Contains(p.stderr.String(), "interrupted with ") || line.Have < have {
			t.Errorf("%+v: %s", line, p.stderr.String())
		}
		have = line.Have
	}
	if have == 0 {
		t.Error("no piece was kept")
	}
	line := l.get(t, "out", "content.torrent")
	l.compare(t, "out")
	if most := int64(line.Pieces-have) * l.meta.PieceLength; line.Downloaded > most {
		t.Errorf("%d bytes were fetched, of at most %d that were missing", line.Downloaded, most)
	}
}

// A seed ends when its goal is reached, and so does a download that seeds afterwards.
func TestSeedGoals(t *testing.T) {
	l := newLiveTest(t, oddSizes)
	seed := l.seed(t, "--seed-ratio", "0.9", "--super-seeding")
	getting := l.start(t, "get", "content.torrent", "--dir", "out", "--seed-time", "200ms")
	if line := seed.end(t, 0); line.Ratio < 0.9 {
		t.Errorf("%+v", line)
	}
	getting.end(t, 0)
	l.compare(t, "out")
}

// Seeds find the content beside the torrent, at a path, in a folder, and of a folder of torrents.
func TestSeedFindsContent(t *testing.T) {
	l := newLiveTest(t, oddSizes)
	l.makeContent(t, "other", map[string]int{"x": 10_000})
	for _, c := range []struct {
		args     string
		torrents int
	}{
		{"content.torrent src/content", 1}, {"content.torrent src", 1},
		{"content.torrent other.torrent --dir src", 2}, {". --dir src", 2}, {"content.torrent . --dir src", 2},
	} {
		p := l.start(t, append([]string{"seed"}, strings.Fields(c.args)...)...)
		for seeding := map[string]bool{}; len(seeding) < c.torrents; {
			seeding[p.await(t, "seeding").Torrent] = true
		}
		p.stop()
		p.end(t, 0)
	}
	// What is damaged is not uploaded, and a warning says that there is less.
	write(t, "src/content/a.bin", "no")
	p := l.seed(t)
	p.stop()
	if p.end(t, 0); !strings.Contains(p.stderr.String(), "pieces are missing or differ") {
		t.Errorf("no warning: %s", p.stderr.String())
	}
	write(t, "src/other/x", "no")
	p = l.start(t, "seed", "other.torrent", "src")
	if line := p.end(t, 1); line.State != "failed" || !strings.Contains(line.Error, "no piece of the torrent") {
		t.Errorf("%+v", line)
	}
}

// Bad input ends with exit code 2 and a message, before anything is written.
func TestGetAndSeedErrors(t *testing.T) {
	l := newLiveTest(t, oddSizes)
	l.makeContent(t, "other", map[string]int{"x": 10_000})
	l.makeContent(t, "gone", map[string]int{"x": 1000})
	if err := os.RemoveAll("src/gone"); err != nil {
		t.Fatal(err)
	}
	write(t, "bad.torrent", "d4:infod4:name2:..12:piece lengthi16384e6:lengthi1e6:pieces20:12345678901234567890ee")
	if err := os.MkdirAll("nothing", 0o777); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>") }))
	defer server.Close()
	before := snapshot(t)
	for _, c := range []struct{ args, want string }{
		{"get", "needs a torrent file, a magnet link or a URL, such as swarmsim get some.torrent"},
		{"get gone.torrent.x", "no such file"},
		{"get bad.torrent", `"bad.torrent" has the name ".."`},
		{"get magnet:?xt=1", "the magnet link has no info hash"},
		{"get " + server.URL + "/x?key=secret", server.URL + "/x\" is not a torrent file"},
		{"get http://", "is not the URL of a torrent file"},
		{"get content.torrent content.torrent", "are the same torrent"},
		{"get content.torrent --only 99", `has no file 99, the last is 5; --list shows them`},
		{"get content.torrent --only 0", `--only: "0" is not a list of numbers from 1`},
		{"get content.torrent --only 3-1", `--only: "3-1" is not a list of numbers`},
		{"get content.torrent other.torrent --only 1", "name one torrent"},
		{"get content.torrent other.torrent --record r", "--record writes the record of one torrent"},
		{"get content.torrent --files *.flac", `no file of "content" matches "*.flac"`},
		{"get content.torrent --files [", `--files: "[" is not a pattern`},
		{"get content.torrent --sequential --rarest", "choose one"},
		{"get content.torrent --set groups.leechers.count=3", `--set: "groups.leechers.count=3" is not a setting of the client`},
		{"get content.torrent --set client.picker=rarestfirst", `did you mean "rarest-first"?`},
		{"get content.torrent --set client.picker=global-rarest", "which only a simulation does"},
		{"get content.torrent --profile utorent", "utorent"},
		{"get content.torrent --seed-ratio 0", `--seed-ratio: "0" is not a number of copies`},
		{"get content.torrent --seed-time 3", "has no unit"},
		{"get content.torrent --peer localhost", `--peer: "localhost" is not the address of a peer`},
		{"get content.torrent --listen 99999", "is not an address with a port"},
		{"get content.torrent --encryption maybe", "is not off, allowed, preferred or required"},
		{"get content.torrent --upload 3", "has no unit"},
		{"get content.torrent --dht-node router", "is not a host with a port"},
		{"get content.torrent --record src --dir out", "src exists; choose another folder"},
		{"seed", "needs a torrent file"},
		{"seed content.torrent", `"content", is not in .; name its folder with --dir`},
		{"seed content.torrent nothing", "is neither \"content\""},
		{"seed gone.torrent src", "is neither \"gone\""},
		{"seed nothing", "has no file that ends in .torrent"},
		{"seed magnet:?xt=urn:btih:d2474e86c95b19b8bcfdb92bc12c9d44667cfa36", "a magnet link has no content"},
		{"seed magnet:?xt=urn:btih:d2474e86c95b19b8bcfdb92bc12c9d44667cfa36 src", "a magnet link has no content"},
	} {
		code, out, err := program(t, append(strings.Fields(c.args), "--no-dht", "--no-lsd")...)
		if code != 2 || !strings.Contains(err, c.want) || strings.Contains(err, "secret") {
			t.Errorf("%s: exit %d, no %q in %s%s", c.args, code, c.want, out, err)
		}
	}
	if after := snapshot(t); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Error("bad input has changed files")
	}
}

// A file that cannot be written is an error with its name; what is verified is kept.
func TestGetReportsTheFileThatFails(t *testing.T) {
	l := newLiveTest(t, oddSizes)
	l.seed(t)
	if err := os.MkdirAll("out/content/a.bin", 0o777); err != nil { // where a file is to be
		t.Fatal(err)
	}
	p := l.start(t, "get", "content.torrent", "--dir", "out")
	line := p.end(t, 1)
	if line.State != "failed" || !strings.Contains(line.Error, "a.bin") || !strings.Contains(p.stderr.String(), "a.bin") {
		t.Errorf("%+v: %s", line, p.stderr.String())
	}
	if err := os.Remove("out/content/a.bin"); err != nil {
		t.Fatal(err)
	}
	l.get(t, "out", "content.torrent")
	l.compare(t, "out")
}

// A tracker that does not answer is a warning, once, without the user's key.
func TestGetWarnsOfATracker(t *testing.T) {
	l := newLiveTest(t, oddSizes)
	l.announce = "http://127.0.0.1:1/announce?key=secret"
	l.meta = l.makeContent(t, "content", oddSizes)
	p := l.start(t, "get", "content.torrent", "--dir", "out")
	p.await(t, "downloading")
	for line := range p.lines {
		if line.Time > 1.5 {
			break
		}
	}
	p.stop()
	p.end(t, 1)
	if text := p.stderr.String(); strings.Count(text, "warning: content: no answer from a tracker: announce to http://127.0.0.1:1") != 1 || strings.Contains(text, "secret") {
		t.Errorf("%s", text)
	}
}
