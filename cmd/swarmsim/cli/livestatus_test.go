package cli

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"
)

// A line fits the terminal whatever the name is, and begins with the name and the first part.
func TestTerminalLinesFit(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	parts := []string{"42.1 % of 1.2 GiB", "8.1 MiB/s down", "1h23m left", "12 peers", "0.2 MiB/s up"}
	for range 10_000 {
		var name []rune
		for range r.IntN(120) {
			name = append(name, []rune("ab.-長ü\x1b\u202e😀")[r.IntN(9)])
		}
		width := r.IntN(160)
		line := terminalLine(string(name), parts[:1+r.IntN(len(parts))], width)
		if got := runewidth.StringWidth(line); got > max(width, 1) || strings.ContainsRune(line, '\x1b') {
			t.Fatalf("%d columns for %d: %q", got, width, line)
		}
		if width > 40 && !strings.Contains(line, parts[0]) {
			t.Fatalf("the first part is cut: %q", line)
		}
	}
	if got := terminalLine("a-very-long-name-of-a-file.S01E02.mkv", parts, 70); got != "a-very-long-...mkv  42.1 % of 1.2 GiB  8.1 MiB/s down  1h23m left" &&
		!strings.HasSuffix(strings.Fields(got)[0], "mkv") {
		t.Errorf("%q", got)
	}
}

// Lines are replaced in place; what others print stays above them.
func TestTerminalDisplayReplacesLines(t *testing.T) {
	var screen bytes.Buffer
	d := newTerminalDisplay(plainDisplay{out: &screen, err: &screen})
	d.draw([]string{"one", "two"})
	d.warn("careful")
	d.mu.Lock()
	d.erase()
	d.draw([]string{"three"})
	d.mu.Unlock()
	d.end(nil)
	want := "one\ntwo\r\x1b[A\x1b[Jwarning: careful\none\ntwo\r\x1b[A\x1b[Jthree\r\x1b[J"
	if got := screen.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A download that ends before the first look at it is not one that was there already.
func TestCompletionOfAShortDownload(t *testing.T) {
	l := newLiveTest(t, map[string]int{"a": 1 << 14})
	l.seed(t)
	for _, want := range []string{": complete, 16.0 KiB in ", ": all 16.0 KiB are there already"} {
		code, out, stderr := program(t, "get", "content.torrent", "--dir", "out", "--no-dht", "--no-lsd")
		if code != 0 || !strings.Contains(out+stderr, want) {
			t.Errorf("exit %d: %s%s, want %q", code, out, stderr, want)
		}
	}
}

func TestTimeText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Millisecond: "1s", 59 * time.Second: "59s", 61 * time.Second: "1m01s", 2*time.Hour + 5*time.Minute: "2h05m",
		50 * time.Hour: "2d02h", 5000 * time.Hour: "over 100 days",
	} {
		if got := timeText(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestParseNumbersAndPatterns(t *testing.T) {
	for _, bad := range []string{"", "0", "-1", "1-", "a", "3-2", "1,,2", "99999999999999999999"} {
		if out, err := parseNumbers(bad); err == nil {
			t.Errorf("%q: %v", bad, out)
		}
	}
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*.flac", "a/b.flac", true}, {"a", "a/b.flac", true}, {"a/*", "a/b/c", true}, {"b*", "a/b.flac", true},
		{"a/c*", "a/b.flac", false}, {"b", "a/b.flac", false}, {"*", "x", true},
	} {
		if got := matches(c.pattern, c.name); got != c.want {
			t.Errorf("%s %s: %v", c.pattern, c.name, got)
		}
	}
}

// The nodes of the DHT are kept; a damaged file is not used. Old resume files are removed.
func TestLiveCache(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	if got := loadDHT(); got != nil {
		t.Errorf("%q", got)
	}
	if err := saveDHT([]byte("nodes")); err != nil || string(loadDHT()) != "nodes" {
		t.Errorf("%v, %q", err, loadDHT())
	}
	for _, worse := range []string{"", "node"} {
		if err := saveDHT([]byte(worse)); err != nil || string(loadDHT()) != "nodes" {
			t.Errorf("%v, %q", err, loadDHT())
		}
	}
	dir, err := cacheFolder()
	if err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(dir, dhtFile))
	for _, bad := range []string{"", "x", string(text[:len(text)-1]), string(text) + "x"} {
		write(t, filepath.Join(dir, dhtFile), bad)
		if got := loadDHT(); got != nil {
			t.Errorf("%q: %q", bad, got)
		}
	}
	for i, name := range []string{"a", "b", "c"} {
		path := filepath.Join(dir, name+resumeSuffix)
		write(t, path, "x")
		when := time.Now().Add(time.Duration(i-10) * time.Hour)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	pruneCache(2)
	left, _ := filepath.Glob(filepath.Join(dir, "*"+resumeSuffix))
	if len(left) != 2 || filepath.Base(left[0]) != "b"+resumeSuffix {
		t.Errorf("%v", left)
	}
}
