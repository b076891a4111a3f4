package torrent_test

import (
	"crypto/sha1"
	"fmt"
	"io/fs"
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
	if m.Length != 100_000 || m.Pieces() != 4 || len(m.Files) != 1 || !m.Single || m.Trailing != 0 ||
		m.InfoHash != sha1.Sum([]byte(info)) {
		t.Errorf("%+v", m)
	}
}

// hybrid returns a torrent with files named 0, 1, ... of the given lengths, with padding files after
// all but the last (BEP 52).
func hybrid(pieceLength int64, lengths ...int64) (text string, total int64) {
	list, tree := "", ""
	for i, n := range lengths {
		list += fmt.Sprintf("d6:lengthi%de4:pathl1:%dee", n, i)
		tree += fmt.Sprintf("1:%dd0:d6:lengthi%de11:pieces root32:%see", i, n, strings.Repeat("r", 32))
		total += n
		if pad := -n & (pieceLength - 1); pad > 0 && i+1 < len(lengths) {
			list += fmt.Sprintf("d4:attr1:p6:lengthi%de4:pathl4:.pad1:%dee", pad, i)
			total += pad
		}
	}
	hashes := int((total + pieceLength - 1) / pieceLength * 20)
	return fmt.Sprintf("d9:file treed%se5:filesl%se12:meta versioni2e4:name1:x12:piece lengthi%de6:pieces%d:%se",
		tree, list, pieceLength, hashes, strings.Repeat("h", hashes)), total
}

// BEP 52: in a hybrid torrent padding files align the version 1 files to piece boundaries. The hashes
// cover the padding; the version 2 file tree does not mention it.
func TestHybridCountsItsPadding(t *testing.T) {
	for _, c := range []struct {
		lengths []int64
		piece   int64
		pieces  int
		files   int
	}{
		{[]int64{100_000, 900_000, 1 << 20}, 1 << 20, 3, 5},
		{[]int64{10_000, 10_000}, 16 << 10, 2, 3},
	} {
		text, length := hybrid(c.piece, c.lengths...)
		m, err := torrent.ParseInfo([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if m.Version != torrent.Hybrid || m.Length != length || m.Pieces() != c.pieces || len(m.Lengths()) != c.files {
			t.Errorf("%v: %d bytes in %d pieces, want %d in %d", c.lengths, m.Length, m.Pieces(), length, c.pieces)
		}
		checkInvariants(t, m)
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
			`has 0 bytes of pieces root for "a"`},
		{"d4:infod6:lengthi99999999999999999999eee", "has an integer of more than 64 bits, 99999999999999999999"},
	} {
		m, err := torrent.Parse([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: %+v, %v; want %s", c.text, m, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(single(100_000, 32<<10, 80)))
	f.Add([]byte("d4:infod" + files(10_000, 6384, 10_000) + "4:name1:x12:piece lengthi16384e6:pieces40:" +
		strings.Repeat("h", 40) + "ee"))
	f.Add([]byte("d4:infod9:file treed1:ad0:d6:lengthi10000e11:pieces root32:" + strings.Repeat("r", 32) +
		"eee4:name1:x12:meta versioni2e12:piece lengthi16384eee"))
	for _, text := range readSamples(f) {
		if len(text) < 4<<10 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := torrent.Paths{Windows: true, FoldCase: true}.Parse(text)
		if err == nil {
			checkInvariantsFor(t, m, true)
			if m.Trailing < 0 || m.Trailing >= len(text) {
				t.Errorf("%d bytes after the end of %d", m.Trailing, len(text))
			}
		}
	})
}

// checkInvariants checks what every user of a Meta relies on.
func checkInvariants(t *testing.T, m *torrent.Meta) {
	t.Helper()
	checkInvariantsFor(t, m, false)
}

// checkInvariantsFor is checkInvariants for a system on which names that differ in case are the same.
func checkInvariantsFor(t *testing.T, m *torrent.Meta, foldCase bool) {
	t.Helper()
	key := func(path string) string {
		if foldCase {
			return strings.ToLower(path)
		}
		return path
	}
	if m.Length < 1 || len(m.Files) == 0 || m.Name == "" || m.InfoHash == [20]byte{} {
		t.Errorf("%+v", m)
	}
	if m.Version.HasV1() && len(m.Hashes) != 20*m.Pieces() {
		t.Errorf("%d bytes of hashes for %d pieces", len(m.Hashes), m.Pieces())
	}
	sum := int64(0)
	for _, n := range m.Lengths() {
		sum += n
	}
	if sum != m.Length && !m.Single {
		t.Errorf("the lengths add up to %d, not to %d", sum, m.Length)
	}
	paths := map[string]bool{}
	for i := range m.Files {
		f := &m.Files[i]
		if !fs.ValidPath(f.Path) || f.Path == "." || !f.Padding() && paths[key(f.Path)] {
			t.Errorf("path %q", f.Path)
		}
		if f.Symlink != "" && !fs.ValidPath(f.Symlink) {
			t.Errorf("link to %q", f.Symlink)
		}
		paths[key(f.Path)] = true
	}
	checkLayout(t, m)
}

// checkLayout checks that the segments of the pieces are the files, each byte once.
func checkLayout(t *testing.T, m *torrent.Meta) {
	t.Helper()
	if m.Pieces() > 10_000 || len(m.Files) > 10_000 {
		return // takes too long for a fuzz test
	}
	have := make([]int64, len(m.Files))
	var segments []torrent.Segment
	for i := range m.Pieces() {
		segments = m.Segments(segments[:0], i, 0, m.PieceSize(i))
		sum := int64(0)
		for _, s := range segments {
			first, end := m.FilePieces(s.File)
			if have[s.File] != s.Offset || s.Length < 1 || i < first || i >= end {
				t.Fatalf("piece %d: %+v, after %d bytes of the file", i, s, have[s.File])
			}
			have[s.File] += s.Length
			sum += s.Length
		}
		if sum != m.PieceSize(i) {
			t.Fatalf("piece %d has %d bytes; its segments have %d", i, m.PieceSize(i), sum)
		}
	}
	for i := range m.Files {
		if have[i] != m.Files[i].Length {
			t.Fatalf("file %d has %d bytes; its segments have %d", i, m.Files[i].Length, have[i])
		}
	}
}
