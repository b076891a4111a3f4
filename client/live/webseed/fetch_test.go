package webseed

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"swarmsim/torrent"
)

// The files of a folder are asked for by their escaped paths, in one request each; padding is not.
func TestFetchFolder(t *testing.T) {
	m, data := odd()
	server := newServer(t, m, data, nil)
	seed := server.seed(t, Options{Local: netip.MustParseAddr("127.0.0.7")})
	blocks := blocksOf(m, 0, m.Pieces())
	if n, err := fetchAll(t, seed, data, blocks); err != nil || n != len(blocks) {
		t.Fatalf("%d of %d blocks, %v", n, len(blocks), err)
	}
	want := []string{
		"/x/a folder/b/50%?#&+ é.txt bytes=0-39999", "/x/a folder/one bytes=0-0", "/x/a folder/b/c/last bytes=0-99999",
	}
	if !slices.Equal(server.log(), want) {
		t.Errorf("requests %q", server.log())
	}
	if s := seed.Stats(); s.Bytes != 140001 || s.Requests != 3 || s.Failures != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestFetchSingleFile(t *testing.T) {
	m, data := content([]string{"a b%.iso"}, 5*pieceLength+7)
	server := newServer(t, m, data, nil)
	blocks := slices.Concat(blocksOf(m, 1, 3), blocksOf(m, 5, 6))
	for _, u := range []string{server.URL, server.URL + "a%20b%25.iso"} {
		server.URL = u
		if n, err := fetchAll(t, server.seed(t, Options{}), data, blocks); err != nil || n != 5 {
			t.Errorf("%s: %d blocks, %v", u, n, err)
		}
	}
	if want := "/x/a b%.iso bytes=32768-98303"; server.log()[0] != want || server.log()[2] != want || len(server.log()) != 4 {
		t.Errorf("requests %q", server.log())
	}
}

// Version 2 aligns files to pieces: there are gaps that neither have blocks nor are asked for.
func TestFetchVersion2(t *testing.T) {
	m, data := content([]string{"a", "b"}, pieceLength, 100)
	m.Version = torrent.V2
	m.Files[0].Length = 40
	data = slices.Concat(data[:40], make([]byte, pieceLength-40), data[pieceLength:])
	server := newServer(t, m, data, nil)
	if n, err := fetchAll(t, server.seed(t, Options{}), data, blocksOf(m, 0, 2)); err != nil || n != 2 {
		t.Errorf("%d blocks, %v", n, err)
	}
}

func TestFileURL(t *testing.T) {
	folder, _ := content([]string{"d/f", "g"}, 1, 1)
	single, _ := content([]string{"f g"}, 1)
	for _, c := range []struct {
		base string
		meta *torrent.Meta
		want string
	}{
		{"http://h/x%2Fy", folder, "http://h/x%2Fy/a%20folder/d/f"},
		{"http://h/x/?key=1", folder, "http://h/x/a%20folder/d/f?key=1"},
		{"http://h", folder, "http://h/a%20folder/d/f"},
		{"http://h", single, "http://h/f%20g"},
		{"http://h/other", single, "http://h/other"},
		{"http://h/x/", single, "http://h/x/f%20g"},
	} {
		u, err := parseURL(c.base)
		if err != nil {
			t.Fatal(err)
		}
		if got := fileURL(u, c.meta, 0).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.base, got, c.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	m, _ := odd()
	for _, u := range []string{"file:///etc/", "ftp://h/", "x", "http:///y", "http://" + strings.Repeat("h", 5000)} {
		if _, err := New(u, m, Options{}); err == nil {
			t.Errorf("%.20s is accepted", u)
		}
	}
}

// Each way in which a server fails: what is noted, and whether it is the file or the server.
func TestServerFailures(t *testing.T) {
	status := func(code int) func(*fileServer, http.ResponseWriter, *http.Request) bool {
		return func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(code)
			return true
		}
	}
	partial := func(contentRange, body string) func(*fileServer, http.ResponseWriter, *http.Request) bool {
		return func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Range", contentRange)
			w.WriteHeader(http.StatusPartialContent)
			io.WriteString(w, body)
			return true
		}
	}
	cases := []struct {
		name    string
		wrap    func(*fileServer, http.ResponseWriter, *http.Request) bool
		want    string
		missing bool
	}{
		{"not found", status(404), "404", true},
		{"forbidden", status(403), "403", true},
		{"range", status(416), "416", true},
		{"error", status(500), "500", false},
		{"too many", status(429), "429", false},
		{"not modified", status(304), "304", false},
		{"other length", partial("bytes 32768-65535/99999", ""), "99999 bytes, the torrent 163840", true},
		{"other range", partial("bytes 0-65535/163840", ""), "sends the range", false},
		{"no range", partial("", ""), "sends the range", false},
		{"short", partial("bytes 32768-65535/163840", "short"), "ends 32763 bytes early", false},
		{"whole, of other length", func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
			io.WriteString(w, "<html>")
			return true
		}, "6 bytes, the torrent 163840", true},
		{"compressed", func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Encoding", "gzip")
			return true
		}, `encodes it as "gzip"`, true},
		{"stalls", func(_ *fileServer, w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Content-Range", "bytes 32768-65535/163840")
			w.WriteHeader(http.StatusPartialContent)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return true
		}, errStalled.Error(), false},
		{"does not answer", func(_ *fileServer, _ http.ResponseWriter, r *http.Request) bool {
			<-r.Context().Done()
			return true
		}, errStalled.Error(), false},
		{"local file", func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
			return true
		}, "not http or https", false},
	}
	for _, c := range cases {
		m, data := content([]string{"a", "b"}, 5*pieceLength, 10)
		seed := newServer(t, m, data, c.wrap).seed(t, Options{Stall: 200 * time.Millisecond})
		_, err := fetchAll(t, seed, data, blocksOf(m, 1, 2))
		if !contains(err, c.want) || errors.As(err, new(*FileError)) != c.missing || seed.HasAll() == c.missing {
			t.Errorf("%s: got %v", c.name, err)
		}
		if until := time.Until(seed.ReadyAt()); c.missing == (until > 0) {
			t.Errorf("%s: ready in %v", c.name, until)
		}
		if seed.Err() != nil || seed.Stats().Failures != 1 {
			t.Errorf("%s: %v, %+v", c.name, seed.Err(), seed.Stats())
		}
	}
}

// A missing file takes its pieces away, and no others; when all are missing the seed is given up.
func TestMissingFile(t *testing.T) {
	m, data := content([]string{"a", "b", "c"}, pieceLength+1, pieceLength, 2*pieceLength-1)
	server := newServer(t, m, data, func(_ *fileServer, w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/b") {
			http.NotFound(w, r)
			return true
		}
		return false
	})
	seed := server.seed(t, Options{})
	for range 2 {
		if n, err := fetchAll(t, seed, data, blocksOf(m, 0, 2)); n != 2 || !contains(err, `file "b"`) {
			t.Errorf("%d blocks, %v", n, err)
		}
	}
	if got := seed.bitfield(); got[0] != 0b1001_0000 || seed.Has(1) || !seed.Has(3) {
		t.Errorf("bitfield %08b", got)
	}
	if n, err := fetchAll(t, seed, data, blocksOf(m, 3, 4)); n != 2 || err != nil {
		t.Errorf("%d blocks, %v", n, err)
	}
	if len(server.log()) != 4 { // a, b, a and c: not b again
		t.Errorf("requests %q", server.log())
	}
	for file := range 3 {
		seed.onFailure(&FileError{File: file, Reason: errStalled})
	}
	if seed.Err() == nil {
		t.Error("a seed without any file is not given up")
	}
}

// A server that ignores ranges is used where little is read in vain.
func TestServerWithoutRanges(t *testing.T) {
	m, data := content([]string{"a"}, 5*pieceLength)
	server := newServer(t, m, data, func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		w.Write(data)
		return true
	})
	seed := server.seed(t, Options{MaxDiscard: 2 * pieceLength})
	if n, err := fetchAll(t, seed, data, blocksOf(m, 2, 4)); n != 4 || err != nil {
		t.Errorf("%d blocks, %v", n, err)
	}
	if n, err := fetchAll(t, seed, data, blocksOf(m, 3, 5)); n != 0 || !contains(err, "does not support ranges") {
		t.Errorf("%d blocks, %v", n, err)
	}
}

// The time until the next try doubles, is at least Retry-After, and bounded.
func TestBackoff(t *testing.T) {
	m, data := odd()
	seed := newServer(t, m, data, nil).seed(t, Options{RetryAfter: time.Second, RetryMost: 8 * time.Second})
	until := func() time.Duration { return time.Until(seed.ReadyAt()).Round(time.Second) }
	for _, want := range []time.Duration{1, 2, 4, 8, 8} {
		if seed.onFailure(errStalled); until() != want*time.Second {
			t.Errorf("ready in %v, want %v s", until(), want)
		}
	}
	seed.onFailure(&retryError{errStalled, time.Minute})
	if until() != time.Minute {
		t.Errorf("ready in %v", until())
	}
	seed.onFailure(&retryError{errStalled, 1000 * time.Hour})
	if until() != maxRetryAfter {
		t.Errorf("ready in %v", until())
	}
	if seed.onSuccess(); !seed.ReadyAt().IsZero() {
		t.Error("not ready after a success")
	}
}

func TestRetryAfterHeader(t *testing.T) {
	m, data := odd()
	seed := newServer(t, m, data, func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}).seed(t, Options{})
	fetchAll(t, seed, data, blocksOf(m, 0, 1))
	if until := time.Until(seed.ReadyAt()); until < 30*time.Second {
		t.Errorf("ready in %v", until)
	}
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for v, want := range map[string]time.Duration{
		"5": 5 * time.Second, "-5": 0, "x": 0, "": 0, "99999999999": 0,
		"Tue, 01 Jan 2030 00:01:00 GMT": time.Minute, "Tue, 01 Jan 2019 00:01:00 GMT": 0,
	} {
		if got := parseRetryAfter(v, now); got != want {
			t.Errorf("%q: got %v", v, got)
		}
	}
}

// A rate limit is asked before each read, and its error ends the fetch.
func TestLimit(t *testing.T) {
	m, data := content([]string{"a"}, 2*pieceLength)
	asked, end := 0, errors.New("over")
	seed := newServer(t, m, data, nil).seed(t, Options{Limit: func(_ context.Context, n int) error {
		if asked += n; n > maxRead {
			t.Errorf("asked for %d", n)
		}
		if asked > pieceLength {
			return end
		}
		return nil
	}})
	if n, err := fetchAll(t, seed, data, blocksOf(m, 0, 2)); n > 2 || !errors.Is(err, end) {
		t.Errorf("%d blocks, %v", n, err)
	}
}

// An error of the callee is none of the server.
func TestCalleeEndsFetch(t *testing.T) {
	m, data := odd()
	seed := newServer(t, m, data, nil).seed(t, Options{})
	end := errors.New("enough")
	err := seed.Fetch(guard(t), blocksOf(m, 0, 2), func(int, []byte) error { return end })
	if !errors.Is(err, end) || seed.Stats().Failures != 0 {
		t.Errorf("got %v, %+v", err, seed.Stats())
	}
}

func TestFetchRefusesBlocksOutside(t *testing.T) {
	m, data := odd()
	seed := newServer(t, m, data, nil).seed(t, Options{})
	for _, b := range []Block{{99, 0, 1}, {0, 0, 0}, {0, 0, pieceLength + 1}, {0, 1<<32 - 1, 1<<32 - 1}} {
		if err := seed.Fetch(guard(t), []Block{b}, nil); err == nil {
			t.Errorf("%v is fetched", b)
		}
	}
}
