package torrent_test

import (
	"crypto/sha1"
	"fmt"
	"strings"
	"testing"

	"swarmsim/torrent"
)

// single returns a torrent with one file.
func single(length, pieceLength int64, hashes int) string {
	return fmt.Sprintf("d8:announce3:foo4:infod6:lengthi%de4:name1:x12:piece lengthi%de6:pieces%d:%see",
		length, pieceLength, hashes, strings.Repeat("h", hashes))
}

// files returns the list of files in an info dictionary.
func files(lengths ...int64) string {
	out := "5:filesl"
	for _, n := range lengths {
		out += fmt.Sprintf("d6:lengthi%de4:pathl1:aee", n)
	}
	return out + "e"
}

func TestParse(t *testing.T) {
	text := single(100_000, 32<<10, 80)
	m, err := torrent.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	info := text[strings.Index(text, "4:info")+6 : len(text)-1]
	if m.Length != 100_000 || m.Pieces() != 4 || m.Files != nil || m.Trailing != 0 ||
		m.InfoHash != sha1.Sum([]byte(info)) {
		t.Errorf("%+v", m)
	}
}

// BEP 52: in a hybrid torrent padding files align the version 1 files to piece boundaries. The hashes
// cover the padding; the version 2 file tree does not mention it.
func TestHybridCountsItsPadding(t *testing.T) {
	tree := "9:file treed1:ad0:d6:lengthi10000eeee12:meta versioni2e"
	for _, c := range []struct {
		lengths []int64
		piece   int64
		pieces  int
		length  int64
	}{
		{[]int64{100_000, 1<<20 - 100_000, 900_000, 1<<20 - 900_000, 5 << 20}, 1 << 20, 7, 7 << 20},
		{[]int64{10_000, 6384, 10_000}, 16 << 10, 2, 26_384},
	} {
		text := fmt.Sprintf("d4:infod%s%s4:name1:x12:piece lengthi%de6:pieces%d:%see",
			files(c.lengths...), tree, c.piece, 20*c.pieces, strings.Repeat("h", 20*c.pieces))
		m, err := torrent.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if m.Length != c.length || m.Pieces() != c.pieces || len(m.Files) != len(c.lengths) {
			t.Errorf("%v: %d bytes in %d pieces, want %d in %d", c.lengths, m.Length, m.Pieces(), c.length, c.pieces)
		}
	}
}

func TestBytesAfterTheTorrentAreCounted(t *testing.T) {
	m, err := torrent.Parse([]byte(single(100_000, 32<<10, 80) + "\r\n"))
	if err != nil || m.Trailing != 2 {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "does not begin with a bencoded dictionary"},
		{"hello", "does not begin with a bencoded dictionary"},
		{"d8:announce3:fooe", "has no info dictionary"},
		{"d4:infoi3ee", "its info is not a dictionary"},
		{single(100_000, 32<<10, 80)[:40], "ends at byte 40"},
		{"d4:info", "ends at byte 7"},
		{"d4:infox", `has 'x' at byte 7`},
		{"d4:infodee" + "x", "has no piece length"},
		{"d" + strings.Repeat("1:al", 5000), "more than 256 deep"},
		{single(100_000, 32<<10, 60), "has 60 bytes of hashes; its 4 pieces need 80"},
		{single(100_000, 1, 20), "has pieces of 1 bytes; the length must be 1 KiB to 1 GiB"},
		{single(0, 32<<10, 0), "has no content"},
		{single(-5, 32<<10, 20), "has a negative length, -5, for file 1"},
		{single(1<<45, 1<<30, 20), "more than 16 TiB"},
		{"d4:infod" + files(1<<62, 1<<62, 1<<62) + "12:piece lengthi1048576e6:pieces20:" + strings.Repeat("h", 20) + "ee",
			"more than 16 TiB"},
		{"d4:infod9:file treed1:ad0:d6:lengthi10000eeee12:meta versioni2e12:piece lengthi16384eee",
			"is of version 2 only (BEP 52)"},
		{"d4:infod6:lengthi99999999999999999999eee", "info dictionary"},
	} {
		m, err := torrent.Parse([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: %+v, %v; want %s", c.text, m, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(single(100_000, 32<<10, 80)))
	f.Add([]byte("d4:infod" + files(10_000, 6384, 10_000) + "12:piece lengthi16384e6:pieces40:" +
		strings.Repeat("h", 40) + "ee"))
	f.Add([]byte("d4:infod9:file treed1:ad0:d6:lengthi10000eeee12:meta versioni2e12:piece lengthi16384eee"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := torrent.Parse(text)
		if err != nil {
			return
		}
		sum := int64(0)
		for _, n := range m.Files {
			sum += n
		}
		if m.Length < 1 || m.Files != nil && sum != m.Length || len(m.Hashes) != 20*m.Pieces() ||
			m.Trailing < 0 || m.Trailing >= len(text) {
			t.Errorf("%+v", m)
		}
	})
}
