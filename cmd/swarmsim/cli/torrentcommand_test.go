package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/torrent"
)

// makeFolder makes a folder "d" with odd files in the working directory.
func makeFolder(t *testing.T) {
	t.Helper()
	for name, text := range map[string]string{
		"d/empty": "", "d/one": "1", "d/.hidden": "hidden", "d/sub/x y ü": strings.Repeat("content ", 10_000), "d/tmp.tmp": "t",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, name, text)
	}
}

// expect fails the test unless the program ends with the exit code. It returns both outputs.
func expect(t *testing.T, code int, args ...string) string {
	t.Helper()
	got, stdout, stderr := program(t, args...)
	if got != code {
		t.Fatalf("%q: exit %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	return stdout + stderr
}

func TestTorrentCreateShowVerify(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SOURCE_DATE_EPOCH", "")
	makeFolder(t)
	for _, version := range []string{"--v1", "--v2", "--hybrid"} {
		out := expect(t, 0, "torrent", "create", "d", version, "--tracker", "http://a.example.org/x,http://b.example.org/x", "--tracker",
			"udp://c.example.org:1", "--exclude", "*.tmp", "--piece-length", "16KiB", "--comment", "hello", "--force")
		if !strings.Contains(out, "written to    d.torrent") || strings.Contains(out, "created   ") {
			t.Error(out)
		}
		out = expect(t, 0, "torrent", "show", "d.torrent")
		for _, want := range []string{"http://a.example.org/x, http://b.example.org/x", "udp://c.example.org:1", "hello", "sub/x y ü", ".hidden",
			"80007 bytes) in 4 files"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in\n%s", want, out)
			}
		}
		if out = expect(t, 0, "torrent", "verify", "d.torrent"); !strings.Contains(out, "4 files and all") {
			t.Error(out)
		}
		expect(t, 0, "torrent", "verify", "d.torrent", "d", "-q")
		link := strings.TrimSpace(expect(t, 0, "torrent", "magnet", "d.torrent", "--peer", "192.0.2.7:6881"))
		if out = expect(t, 0, "torrent", "show", link); !strings.Contains(out, "192.0.2.7:6881") {
			t.Error(out)
		}
	}
	noLeftovers(t)
}

func TestTorrentCreateIsDeterministic(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFolder(t)
	t.Setenv("SOURCE_DATE_EPOCH", "1500000000")
	expect(t, 0, "torrent", "create", "d", "-o", "1.torrent", "--workers", "1", "-q")
	expect(t, 0, "torrent", "create", "./d/", "-o", "2.torrent", "--workers", "4", "-q")
	one, _ := os.ReadFile("1.torrent")
	two, _ := os.ReadFile("2.torrent")
	if len(one) == 0 || string(one) != string(two) {
		t.Errorf("%q\n%q", one, two)
	}
	if out := expect(t, 0, "torrent", "show", "1.torrent"); !strings.Contains(out, "2017-07-14T02:40:00Z") {
		t.Error(out)
	}
}

func TestTorrentCreateWarnsOfNames(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFolder(t)
	if out := expect(t, 0, "torrent", "create", "d", "-q", "-o", "a.torrent"); out != "" {
		t.Error(out)
	}
	write(t, "d/a:b", "x")
	if _, err := os.Stat("d/a:b"); err != nil {
		t.Skip("no such name here")
	}
	if out := expect(t, 0, "torrent", "create", "d", "-q", "-o", "b.torrent"); !strings.Contains(out, `is replaced by "a_b"`) {
		t.Error(out)
	}
}

func TestTorrentVerifyNamesWhatIsWrong(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFolder(t)
	expect(t, 0, "torrent", "create", "d", "--v2", "-q")
	if err := os.Remove("d/empty"); err != nil {
		t.Fatal(err)
	}
	write(t, "d/one", "12")
	write(t, "d/.hidden", "Hidden")
	out := expect(t, 1, "torrent", "verify", "d.torrent")
	for _, want := range []string{"empty: missing", "one: wrong length, 2 bytes instead of 1", ".hidden: damaged in 1 piece",
		"3 of 5 files are not as the torrent says"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	_, stdout, _ := program(t, "torrent", "verify", "d.torrent", "--json")
	var r verifyJSON
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || r.Complete || len(r.Files) != 5 {
		t.Errorf("%v: %s", err, stdout)
	}
}

func TestTorrentEdit(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFolder(t)
	expect(t, 0, "torrent", "create", "d", "-q", "--tracker", "http://a.example.org/x", "--tracker", "http://b.example.org/x")
	read := func(name string) *torrent.Meta {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := torrent.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	before := read("d.torrent")
	out := expect(t, 0, "torrent", "edit", "d.torrent", "-o", "e.torrent", "--remove-tracker", "http://a.example.org/x", "--comment", "c",
		"--add-web-seed", "http://w.example.org/d")
	if m := read("e.torrent"); m.InfoHash != before.InfoHash || len(m.Trackers) != 1 || m.Comment != "c" || len(m.WebSeeds) != 1 {
		t.Errorf("%+v", m)
	}
	if strings.Contains(out, "info hash was") {
		t.Error(out)
	}
	out = expect(t, 0, "torrent", "edit", "e.torrent", "--force", "--private", "--source", "S", "--no-trackers")
	if m := read("e.torrent"); m.InfoHash == before.InfoHash || !m.Private || m.Source != "S" || len(m.Trackers) != 0 {
		t.Errorf("%+v", m)
	}
	if !strings.Contains(out, "a swarm of its own") {
		t.Error(out)
	}
	expect(t, 0, "torrent", "edit", "e.torrent", "--force", "--public", "--source", "", "-q")
	if m := read("e.torrent"); m.InfoHash != before.InfoHash {
		t.Error("undoing the changes does not give the old info hash")
	}
}

func TestTorrentErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFolder(t)
	expect(t, 0, "torrent", "create", "d", "-q")
	write(t, "bad.torrent", "d4:infod4:name2:..12:piece lengthi16384e6:lengthi1e6:pieces20:12345678901234567890ee")
	for _, c := range []struct{ args, want string }{
		{"torrent create d", "--force replaces it"},
		{"torrent create gone", "no such file"},
		{"torrent create d -o no/x.torrent", "there is no folder"},
		{"torrent create d/empty -o x", "has no content"},
		{"torrent create d -o x --piece-length 10KiB", "a power of two from 16 KiB"},
		{"torrent create d -o x --tracker junk", "--tracker: it has \"junk\""},
		{"torrent create d -o x --node junk", "--node: \"junk\" is not a host and a port"},
		{"torrent create d -o x --v1 --v2", "v1"},
		{"torrent create d -o x --hybrid --pad", "--pad is for --v1"},
		{"torrent create d -o x --date yesterday", "--date: \"yesterday\" is no date"},
		{"torrent show bad.torrent", `"bad.torrent" has the name ".."`},
		{"torrent show d", "it is a folder"},
		{"torrent show magnet:?xt=1", "the magnet link has no info hash"},
		{"torrent magnet magnet:?xt=1", "needs a torrent file; a magnet link has no content"},
		{"torrent verify d.torrent gone", "there is no gone"},
		{"torrent verify d.torrent d/sub", "nor any file of it"},
		{"torrent edit d.torrent", "--force replaces it"},
		{"torrent edit d.torrent --force --remove-tracker x", "has no tracker"},
		{"torrent maket", "choose from create"},
	} {
		if out := expect(t, 2, strings.Fields(c.args)...); !strings.Contains(out, c.want) {
			t.Errorf("%s: no %q in %s", c.args, c.want, out)
		}
	}
	noLeftovers(t)
}
