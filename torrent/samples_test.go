package torrent_test

import (
	"archive/zip"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"swarmsim/torrent"
)

var update = flag.Bool("update", false, "rewrite testdata/outcomes.txt")

// readSamples returns the sample torrents by their names.
func readSamples(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, archive := range []string{"libtorrent", "webtorrent"} {
		z, err := zip.OpenReader("testdata/" + archive + ".zip")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(f.Name, ".torrent") {
				out[archive+"/"+f.Name] = text
			}
		}
		z.Close()
	}
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/anacrolix/torrent").Output()
	if err != nil {
		t.Log("without the samples of anacrolix/torrent:", err)
		return out
	}
	for _, folder := range []string{"bencode/testdata", "metainfo/testdata", "testdata"} {
		names, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(module)), folder, "*.torrent"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out["anacrolix/"+folder+"/"+filepath.Base(name)] = text
		}
	}
	return out
}

// onlyHere are samples that this package reads and libtorrent refuses, with the reason.
var onlyHere = map[string]string{
	"libtorrent/bad_name.torrent": "a name of control characters is replaced",
	"libtorrent/no_name.torrent":  "a torrent without a name is named by its info hash",
	"webtorrent/corrupt.torrent":  "a torrent without a name is named by its info hash",
}

// onlyThere are samples that libtorrent reads and this package refuses, with the reason.
var onlyThere = map[string]string{
	"libtorrent/parent_path.torrent":          "libtorrent leaves out the components \"..\"",
	"libtorrent/invalid_name2.torrent":        "libtorrent replaces the name \"..\"",
	"libtorrent/v2_invalid_root_hash.torrent": "libtorrent verifies piece layers when the download begins",
}

// All samples are read like libtorrent reads them, or refused with a reason.
func TestSamples(t *testing.T) {
	samples := readSamples(t)
	linux := torrent.Paths{}
	got := map[string]string{}
	for name, text := range samples {
		m, err := linux.Parse(text)
		got[name] = outcome(m, err)
		if err == nil {
			checkInvariants(t, m)
			checkRoundTrip(t, name, linux, m)
		}
	}
	compareWithLibtorrent(t, samples)
	if *update {
		var lines []string
		for name, text := range got {
			lines = append(lines, name+": "+text+"\n")
		}
		slices.Sort(lines)
		if err := os.WriteFile("testdata/outcomes.txt", []byte(strings.Join(lines, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile("testdata/outcomes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(golden)) {
		name, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if text, ok := got[name]; ok && text != want {
			t.Errorf("%s:\n%s, want\n%s", name, text, want)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("not in testdata/outcomes.txt: %q", got)
	}
}

// outcome describes what was read, or why not.
func outcome(m *torrent.Meta, err error) string {
	if err != nil {
		return "refused: it " + err.Error()
	}
	s := fmt.Sprintf("%v, %d files, %d pieces", m.Version, len(m.Files), m.Pieces())
	for _, w := range m.Warnings {
		s += "; warning: " + w
	}
	return s
}

// checkRoundTrip checks that what is written is read back the same.
func checkRoundTrip(t *testing.T, name string, paths torrent.Paths, m *torrent.Meta) {
	t.Helper()
	text, err := m.Encode()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	again, err := paths.Parse(text)
	if err != nil {
		t.Errorf("%s, written: %v", name, err)
		return
	}
	if again.InfoHash != m.InfoHash || again.InfoHashV2 != m.InfoHashV2 || again.Comment != m.Comment ||
		fmt.Sprint(again.Trackers, again.WebSeeds, again.Nodes) != fmt.Sprint(m.Trackers, m.WebSeeds, m.Nodes) {
		t.Errorf("%s: %+v, written and read: %+v", name, m, again)
	}
}

// compareWithLibtorrent compares info hashes and pieces with those in samples.txt.
func compareWithLibtorrent(t *testing.T, samples map[string][]byte) {
	text, err := os.ReadFile("testdata/samples.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		name, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		sample, ok := samples[name]
		if !ok {
			continue
		}
		n++
		m, err := torrent.Paths{}.Parse(sample)
		there := !strings.HasPrefix(want, "error: ")
		switch {
		case err == nil && there:
			v1, v2 := "-", "-"
			if m.Version.HasV1() {
				v1 = hex.EncodeToString(m.InfoHashV1[:])
			}
			if m.Version.HasV2() {
				v2 = hex.EncodeToString(m.InfoHashV2[:])
			}
			if got := fmt.Sprintf("%s %s %d %d", v1, v2, m.Pieces(), m.PieceLength); got != want {
				t.Errorf("%s: %s; libtorrent: %s", name, got, want)
			}
		case err == nil && onlyHere[name] == "":
			t.Errorf("%s is read; libtorrent: %s", name, want)
		case err != nil && there && onlyThere[name] == "":
			t.Errorf("%s %v; libtorrent reads it", name, err)
		}
	}
	if n < 116 { // those that are in testdata
		t.Errorf("only %d samples", n)
	}
}

// These are expectations of libtorrent's test_torrent_info.cpp that are not about info hashes.
func TestSampleDetails(t *testing.T) {
	samples := readSamples(t)
	read := func(name string) *torrent.Meta {
		m, err := torrent.Paths{}.Parse(samples["libtorrent/"+name+".torrent"])
		if err != nil {
			t.Fatalf("%s %v", name, err)
		}
		return m
	}
	for _, c := range []struct {
		sample string
		file   int
		path   string
		link   string
	}{
		{"slash_path", 0, "bar", ""},
		{"slash_path2", 0, "abc....def/bar", ""},
		{"slash_path3", 0, "temp....abc", ""},
		{"duplicate_files", 0, "foo/bar.txt", ""},
		{"duplicate_files", 1, "foo/bar.1.txt", ""},
		{"absolute_filename", 0, "abcde", ""},
		{"absolute_filename", 1, "foobar", ""},
		{"invalid_name3", 0, "foo/bar.txt", ""},
		{"pad_file_no_path", 1, ".pad/2124", ""},
		{"symlink1", 1, "a/b/foo", "a/b/bar"},
		{"symlink_zero_size", 1, "a/b/foo", "a/b/bar"},
		{"symlink2", 0, "SDL2", "Versions/A/SDL2"},
		{"symlink2", 4, "Versions/Current", "Versions/A"},
		{"overlapping_symlinks", 0, "Headers", "Versions/Current/Headers"},
		{"v2_symlinks", 2, "SDL2", "Versions/Current/SDL2"},
		{"v2", 0, "test64K", ""},
		{"v2_only", 0, "test1MB", ""},
		{"v2_invalid_filename", 0, "_estMB", ""},
	} {
		if f := &read(c.sample).Files[c.file]; f.Path != c.path || f.Symlink != c.link {
			t.Errorf("%s, file %d: %q to %q; want %q to %q", c.sample, c.file, f.Path, f.Symlink, c.path, c.link)
		}
	}
	if got := read("whitespace_url").Trackers; fmt.Sprint(got) != "[[udp://test.com/announce]]" {
		t.Errorf("%q", got)
	}
	for sample, want := range map[string]string{
		"url_seed":                    "[http://test.com/file]",
		"url_seed_multi_space":        "[http://test.com/test%20file/foo%20bar/]",
		"url_seed_multi_space_nolist": "[http://test.com/test%20file/foo%20bar/]",
	} {
		if got := fmt.Sprint(read(sample).WebSeeds); got != want {
			t.Errorf("%s: %s, want %s", sample, got, want)
		}
	}
	if got := read("duplicate_web_seeds").WebSeeds; len(got) != 3 {
		t.Errorf("%q", got)
	}
	if got := fmt.Sprint(read("dht_nodes").Nodes); got != "[127.0.0.1:6881 192.168.1.1:6881]" {
		t.Errorf("%s", got)
	}
	if got := read("creation_date").CreationDate.Unix(); got != 1234567 {
		t.Errorf("%d", got)
	}
	if got := read("no_creation_date").CreationDate; !got.IsZero() {
		t.Errorf("%v", got)
	}
	if m := read("pad_file"); m.Files[0].Padding() || !m.Files[1].Padding() {
		t.Errorf("%+v", m.Files)
	}
	if got := hex.EncodeToString(read("v2").Files[0].Root[:]); got != "60aae9c7b428f87e0713e88229e18f0adf12cd7b22a0dd8a92bb2485eb7af242" {
		t.Errorf("%s", got)
	}
}
