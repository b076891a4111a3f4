package torrent_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"swarmsim/torrent"
)

// repeat returns text, repeated to about n bytes.
func repeat(text string, n int) string { return strings.Repeat(text, n/len(text)) }

// Whatever the bytes of a torrent file describe, reading it takes memory in proportion to its size.
func TestBombsAreBounded(t *testing.T) {
	const size = 1 << 20
	info := func(keys string) string { return "d4:infod" + keys + "ee" }
	tail := "4:name1:n12:piece lengthi16384e6:pieces20:" + strings.Repeat("h", 20)
	bombs := map[string]string{
		"lists":             "d4:info" + repeat("l", size),
		"empty lists":       "d1:al" + repeat("le", size) + "e" + info("")[1:],
		"integers":          "d1:al" + repeat("i0e", size) + "e" + info("")[1:],
		"strings":           "d1:al" + repeat("0:", size) + "e" + info("")[1:],
		"a long string":     "d4:info99999999999:x",
		"a long integer":    info("6:lengthi" + repeat("9", size) + "e"),
		"files":             info("5:filesl" + repeat("d6:lengthi1e4:pathl1:aee", size) + "e" + tail),
		"padding":           info("5:filesl" + repeat("d4:attr1:p6:lengthi1ee", size) + "e" + tail),
		"components":        info("5:filesld6:lengthi1e4:pathl" + repeat("1:a", size) + "eee" + tail),
		"a long component":  info("5:filesld6:lengthi1e4:pathl" + bstring(repeat("ab/\x00", size)) + "eee" + tail),
		"long paths":        info("5:filesl" + repeat("d6:lengthi1e4:pathl"+strings.Repeat("1:a", 100)+"ee", size) + "e" + tail),
		"trackers":          "d13:announce-listl" + repeat("l10:udp://x:10e", size) + "e" + info("")[1:],
		"trackers in tiers": "d13:announce-listl" + repeat("ll", 100) + "e" + info("")[1:],
		"nodes":             "d5:nodesl" + repeat("l1:ai1ee", size) + "e" + info("")[1:],
		"a file tree":       info("9:file tree" + strings.Repeat("d1:a", 200) + strings.Repeat("e", 200) + "12:meta versioni2e" + tail),
		"keys":              "d" + repeat("1:b0:1:a0:", size) + info("")[1:],
		"a long name":       info("4:name" + bstring(repeat("ü\x00", size)) + "12:piece lengthi16384e6:lengthi1e6:pieces20:" + strings.Repeat("h", 20)),
	}
	for name, text := range bombs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := torrent.Paths{Windows: true, FoldCase: true}.Parse([]byte(text))
		runtime.ReadMemStats(&after)
		used := int64(after.TotalAlloc - before.TotalAlloc)
		if limit := int64(60*len(text) + 1<<20); used > limit {
			t.Errorf("%s: %d bytes are allocated for %d", name, used, len(text))
		}
		if err != nil && len(err.Error()) > 2000 {
			t.Errorf("%s: an error of %d bytes", name, len(err.Error()))
		}
		if m != nil && len(strings.Join(m.Warnings, "")) > 200_000 {
			t.Errorf("%s: warnings of %d bytes", name, len(strings.Join(m.Warnings, "")))
		}
	}
	if _, err := torrent.Parse(make([]byte, torrent.MaxFile+1)); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Error(err)
	}
}

// The kinds of torrents that publish themselves as samples: see also TestSamples.
func TestKindsOfTorrents(t *testing.T) {
	pieces := "6:pieces20:" + strings.Repeat("h", 20)
	base := "6:lengthi100e4:name1:n12:piece lengthi16384e" + pieces
	for _, c := range []struct{ name, text, want string }{
		{"version 2 without content", "d4:infod9:file treed1:nd0:d6:lengthi0eeee12:meta versioni2e4:name1:n12:piece lengthi16384eee", "has no content"},
		{"version 3", "d4:infod12:meta versioni3e" + base + "ee", "has meta version 3"},
		{"a file tree without a version", "d4:infod9:file treede" + base + "ee", `has a file tree but no "meta version"`},
		{"a version without a file tree", "d4:infod12:meta versioni2e" + base + "ee", "has meta version 2 but no file tree"},
		{"BEP 30", "d4:infod6:lengthi100e4:name1:n12:piece lengthi16384e9:root hash20:" + strings.Repeat("h", 20) + "ee", "BEP 30"},
		{"no pieces", "d4:infod6:lengthi100e4:name1:n12:piece lengthi16384eee", "has no pieces"},
		{"no length", "d4:infod4:name1:n12:piece lengthi16384e" + pieces + "ee", "has neither a length nor a list"},
		{"a length and files", "d4:infod5:filesld6:lengthi1e4:pathl1:aeee" + base + "ee", "has both a length and a list"},
		{"a key twice", "d4:infod" + base + "6:lengthi200eee", `has the key "length" twice`},
		{"an HTML page", "<!DOCTYPE html><html>", "does not begin with a bencoded dictionary"},
		{"gzip", "\x1f\x8b\x08\x00", "does not begin with a bencoded dictionary"},
		{"a newline at the end", "d4:infod" + base + "ee\n", ""},
		{"announce of another kind", "d8:announcei5e4:infod" + base + "ee", ""},
		{"TLS", "d4:infod" + base + "8:ssl-cert3:xyzee", ""},
		{"a negative date", "d13:creation datei-1e4:infod" + base + "ee", ""},
	} {
		m, err := torrent.Parse([]byte(c.text))
		switch {
		case err == nil && c.want == "":
			checkInvariants(t, m)
		case err == nil, c.want == "", !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestSetPrivateAndSource(t *testing.T) {
	m, err := torrent.ParseInfo([]byte("d6:lengthi100e4:name1:n12:piece lengthi16384e6:pieces20:" + strings.Repeat("h", 20) + "7:unknownl1:xee"))
	if err != nil {
		t.Fatal(err)
	}
	before, info := m.InfoHash, string(m.Info)
	if err := errors.Join(m.SetPrivate(true), m.SetSource("SRC")); err != nil {
		t.Fatal(err)
	}
	again, err := torrent.ParseInfo(m.Info)
	if err != nil || !again.Private || again.Source != "SRC" || again.InfoHash != m.InfoHash || m.InfoHash == before {
		t.Errorf("%+v, %v", again, err)
	}
	if !strings.Contains(string(m.Info), "7:unknownl1:xe") {
		t.Errorf("a key is lost: %q", m.Info)
	}
	if err := errors.Join(m.SetPrivate(false), m.SetSource("")); err != nil || m.InfoHash != before || string(m.Info) != info {
		t.Errorf("%q, want %q; %v", m.Info, info, err)
	}
}

// Keys that no field has, of the torrent file and of its info dictionary, are written again.
func TestEncodeKeepsUnknownKeys(t *testing.T) {
	const info = "d6:lengthi100e4:name1:n12:piece lengthi16384e6:pieces20:hhhhhhhhhhhhhhhhhhhh1:zi1ee"
	m, err := torrent.Parse([]byte("d8:announce12:http://x.y/a9:azureus_xd1:ai1ee4:info" + info + "9:publisher3:abce"))
	if err != nil {
		t.Fatal(err)
	}
	m.Trackers = append(m.Trackers, []string{"udp://z.org:1"})
	text, err := m.Encode()
	const want = "d8:announce12:http://x.y/a13:announce-listll12:http://x.y/ael13:udp://z.org:1ee9:azureus_xd1:ai1ee4:info" +
		info + "9:publisher3:abce"
	if err != nil || string(text) != want {
		t.Errorf("%s, %v; want\n%s", text, err, want)
	}
}

func FuzzParseInfo(f *testing.F) {
	text, _ := hybrid(32<<10, 10, 70_000, 0)
	f.Add([]byte(text))
	f.Add(listed("n", "a/b", "c"))
	f.Add([]byte("d9:file treed1:ad0:d6:lengthi10000e11:pieces root32:" + strings.Repeat("r", 32) +
		"eee4:name1:x12:meta versioni2e12:piece lengthi16384ee"))
	f.Fuzz(func(t *testing.T, info []byte) {
		m, err := torrent.Paths{}.ParseInfo(info)
		if err != nil {
			return
		}
		checkInvariantsFor(t, m, false)
		text, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := torrent.Paths{}.Parse(text)
		if err != nil || again.InfoHash != m.InfoHash || len(again.Files) != len(m.Files) {
			t.Errorf("%+v, written and read: %+v, %v", m, again, err)
		}
		if err := m.SetPrivate(!m.Private); err == nil {
			if _, err := (torrent.Paths{}).ParseInfo(m.Info); err != nil {
				t.Errorf("edited: %v", err)
			}
		}
	})
}
