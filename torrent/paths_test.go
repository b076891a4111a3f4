package torrent_test

import (
	"fmt"
	"strings"
	"testing"

	"swarmsim/torrent"
)

// bstring encodes a string.
func bstring(s string) string { return fmt.Sprintf("%d:%s", len(s), s) }

// listed returns an info dictionary with empty files of these paths, whose components have slashes
// between them, and a file "z" with content.
func listed(name string, paths ...string) []byte {
	list := ""
	for _, p := range paths {
		list += "d6:lengthi0e4:pathl"
		for part := range strings.SplitSeq(p, "/") {
			list += bstring(strings.ReplaceAll(part, "⁄", "/")) // a fraction slash stands for a separator in a name
		}
		list += "ee"
	}
	list += "d6:lengthi5e4:pathl1:zee"
	return []byte("d5:filesl" + list + "e4:name" + bstring(name) + "12:piece lengthi16384e6:pieces20:" + strings.Repeat("h", 20) + "e")
}

func TestHostilePaths(t *testing.T) {
	long := strings.Repeat("ü", 200)
	linux, windows, mac := torrent.Paths{}, torrent.Paths{Windows: true, FoldCase: true}, torrent.Paths{FoldCase: true}
	for _, c := range []struct {
		rules torrent.Paths
		paths string // separated by blanks
		want  string // the same, or the reason
	}{
		{linux, "..", "leads out of its folder: file 1"},
		{linux, "a/../b", "leads out of its folder"},
		{windows, "..", "leads out of its folder"},
		{linux, "../../etc/passwd", "leads out of its folder"},
		{linux, "/etc/passwd", "etc/passwd"},
		{linux, "⁄etc⁄passwd", "etcpasswd"},
		{linux, ".⁄.", "_"},
		{linux, "a//b", "a/b"},
		{linux, "a/./b", "a/b"},
		{linux, ".", "_"},
		{linux, "...", "..."},
		{linux, "a\x00b", "a_b"},
		{linux, "a\nb\x7f", "a_b_"},
		{linux, "a\xffb", "a_b"},
		{linux, "..\\..\\x", "..\\..\\x"},
		{windows, "..\\..\\x", "....x"},
		{windows, "C:", "C_"},
		{linux, "C:", "C:"},
		{windows, "C:\\x", "C_x"},
		{windows, "con NUL.txt com1.a.b COM¹ lpt0 aux/x conin$ console", "_con _NUL.txt _com1.a.b _COM¹ _lpt0 _aux/x _conin$ console"},
		{linux, "con", "con"},
		{windows, "a. b... ... c<>?*|\"", "a b _ c______"},
		{linux, "gpj.\u202eexe", "gpj.exe"},
		{linux, "ע\u200fב", "ע\u200fב"},
		{linux, long + ".tar", long[:236] + ".tar"},
		{linux, long, long[:240]},
		{linux, strings.Repeat("abcdefghi/", 127) + "x", strings.Repeat("abcdefghi/", 127) + "x"},
		{linux, strings.Repeat("a/", 128) + "x", "a path of more than 128 components"},
		{linux, strings.Repeat(strings.Repeat("a", 99)+"/", 31) + "x", "a path of more than 3000 bytes"},
		{linux, "a a a.b a.b", "a a.1 a.b a.1.b"},
		{linux, "a A", "a A"},
		{mac, "a A", "a A.1"},
		{windows, "É/x é/X", "É/x é/X.1"},
		{linux, "a a/b", "a.1 a/b"},
		{windows, "A a/b", "A.1 a/b"},
		{linux, "a/b a", "a/b a.1"},
		{linux, "a.1 a a", "a.1 a a.2"},
		{linux, "a\x00 a_ z", "a_ a_.1 z"},
	} {
		m, err := c.rules.ParseInfo(listed("n", strings.Split(c.paths, " ")...))
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v %.80q: %v, want %s", c.rules, c.paths, err, c.want)
			}
			continue
		}
		var got []string
		for i := range m.Files[:len(m.Files)-1] {
			got = append(got, m.Files[i].Path)
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%+v %.300q:\n%.300q, want\n%.300q", c.rules, c.paths, text, c.want)
		}
		if c.paths != c.want && len(m.Warnings) == 0 {
			t.Errorf("%q: no warning", c.paths)
		}
		checkInvariantsFor(t, m, c.rules.FoldCase)
	}
}

func TestHostileNames(t *testing.T) {
	for name, want := range map[string]string{
		"..":      "",
		"../..":   "....",
		"/":       "#",
		".":       "#",
		"":        "#",
		"a/b":     "ab",
		"NUL":     "_NUL",
		"x\u202e": "x",
	} {
		m, err := torrent.Paths{Windows: true}.ParseInfo(listed(name))
		switch {
		case err != nil && want != "", err == nil && want == "":
			t.Errorf("%q: %v", name, err)
		case err != nil:
		case want == "#":
			if m.Name != fmt.Sprintf("%x", m.InfoHash) {
				t.Errorf("%q becomes %q", name, m.Name)
			}
		case m.Name != strings.TrimRight(want, "."): // Windows
			if name != "../.." {
				t.Errorf("%q becomes %q, want %q", name, m.Name, want)
			}
		}
	}
}

func TestSymbolicLinks(t *testing.T) {
	link := func(path, target string) []byte {
		list := func(p string) string {
			out := "l"
			for part := range strings.SplitSeq(p, "/") {
				out += bstring(part)
			}
			return out + "e"
		}
		return []byte("d5:filesld4:attr1:l6:lengthi9e4:path" + list(path) + "12:symlink path" + list(target) +
			"ed6:lengthi5e4:pathl1:zeee4:name1:n12:piece lengthi16384e6:pieces20:" + strings.Repeat("h", 20) + "e")
	}
	for _, c := range []struct{ path, target, want string }{
		{"a", "z", "z"},
		{"d/a", "z", "z"},
		{"d/a", "../z", "z"}, // as libtorrent 2.0 writes it
		{"d/e/a", "../../z", "z"},
		{"d/e/a", "../f/z", "d/f/z"},
		{"a", "/etc/passwd", "etc/passwd"},
		{"a", "../z", "!leads out of its folder"},
		{"d/a", "../../z", "!leads out of its folder"},
		{"d/a", "x/../../../z", "!leads out of its folder"},
		{"d/a", "/../z", "!leads out of its folder"},
		{"d/a", "x/../y", "d/y"},
		{"d/a", "a", "d/a"}, // as libtorrent writes it: a file beside the link
		{"d/a", "nothing", "nothing"},
	} {
		m, err := torrent.Paths{}.ParseInfo(link(c.path, c.target))
		if err != nil {
			if why, ok := strings.CutPrefix(c.want, "!"); !ok || !strings.Contains(err.Error(), why) {
				t.Errorf("%s to %s: %v", c.path, c.target, err)
			}
			continue
		}
		if f := &m.Files[0]; f.Symlink != c.want || f.Length != 0 || m.Length != 5 {
			t.Errorf("%s to %s: %+v", c.path, c.target, f)
		}
	}
}
