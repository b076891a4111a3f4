package scenario

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"
)

// For any text, Load returns an error or a scenario that can be printed and loaded again.
func FuzzLoad(f *testing.F) {
	f.Add(good)
	f.Add("name: [")
	f.Add("a: &a [*a]")
	entries, err := os.ReadDir("../../scenarios")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if text, err := os.ReadFile("../../scenarios/" + e.Name()); err == nil && strings.HasSuffix(e.Name(), ".yaml") {
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Load(source(text))
		if err != nil {
			return
		}
		printed, err := s.Print()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Load(source(string(printed))); err != nil {
			t.Fatalf("what was printed does not load: %v\n%s", err, printed)
		}
	})
}

// For any override, Load returns a scenario or an error of limited length.
func FuzzSet(f *testing.F) {
	for _, seed := range []string{"groups.leechers.count=200", "client={choker: never}", "client=&a {choker: *a}", "groups[1].link.up=1 MB/s to 2 MB/s", "=", "a.b.c.d=e", "content.torrent=x", "groups=[]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, set string) {
		s, err := Load(source(good, set))
		if err == nil {
			if _, err := s.Print(); err != nil {
				t.Fatal(err)
			}
		} else if len(err.Error()) > 64<<10 {
			t.Errorf("a message of %d bytes", len(err.Error()))
		}
	})
}

// For any trace, readTrace returns arrivals within bounds or an error that does not repeat the
// file.
func FuzzTrace(f *testing.F) {
	f.Add([]byte("\ufeff# arrivals\n3\n1.5\n\n2\n"))
	f.Add([]byte("1136073600\n"))
	f.Add([]byte("root:x:0:0:root\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		times, err := readTrace(Source{Files: fstest.MapFS{"t": {Data: text}}, Dir: "."}, "t")
		if err != nil && len(err.Error()) > len(text)+300 {
			t.Errorf("%v", err)
		}
		for _, at := range times {
			if at < 0 || at.Std() > maxDuration {
				t.Errorf("an arrival at %v", at)
			}
		}
	})
}

// For any text, ParseYAML expands aliases within bounds, and Keys returns.
func FuzzParseYAML(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("a: &a [1, 2]\nb: [*a, *a]\nscenario: &s {x: *a}\nc: {<<: *s}\n"))
	f.Add([]byte("d4:infod6:lengthi100000eee"))
	f.Fuzz(func(t *testing.T, text []byte) {
		Keys(text)
		root, err := ParseYAML(text)
		if err != nil || root == nil {
			return
		}
		count := 0
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			if count++; n.Kind == yaml.AliasNode || count > maxNodes {
				t.Fatal("an alias is left, or there are too many values")
			}
			for _, c := range n.Content {
				walk(c)
			}
		}
		walk(root)
	})
}
