package scenario

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

func TestRange(t *testing.T) {
	for text, want := range map[string][]string{
		"200 kB/s..1 MB/s step 400 kB/s":    {"200 kB/s", "600 kB/s", "1000 kB/s"},
		"1 Mbit/s..2 Mbit/s step 62.5 kB/s": {"1 Mbit/s", "1.5 Mbit/s", "2 Mbit/s"},
		"1..32 times 2":                     {"1", "2", "4", "8", "16", "32"},
		"3..5":                              {"3", "4", "5"},
		"0.1..0.3 step 0.1":                 {"0.1", "0.2", "0.3"},
		"10 s..1 min step 25 s":             {"10 s", "35 s", "60 s"},
		"16 KiB..64 KiB times 2":            {"16 KiB", "32 KiB", "64 KiB"},
	} {
		got, is, err := Range(text)
		if err != nil || !is || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	if _, is, err := Range("rarest-first"); is || err != nil {
		t.Error("a word is taken for a range")
	}
	for text, want := range map[string]string{
		"5..1": "ends below its start", "1 s..2 MB step 1 s": "mixes units", "1..9 times 1": "does not get anywhere",
		"a..b": "no range of numbers", "0..1 step 0.0001": "more than 1000 values",
	} {
		if _, _, err := Range(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Field returns the value that a scenario has at a path.
func TestField(t *testing.T) {
	s := mustLoad(t, source(good))
	for path, want := range map[string]string{
		"groups.seed.count":            "1",
		"groups[1].link.up":            "1 MB/s",
		"client.choker.slots":          "7",
		"client.picker":                "rarest-first",
		"client.picker.name":           "rarest-first",
		"client.connections.max":       "80",
		"groups[1].client.choker.name": "tit-for-tat",
	} {
		if got, ok := s.Field(path); !ok || got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
	if got, ok := s.Field("groups.nobody.count"); ok {
		t.Errorf("found %q", got)
	}
}

// A problem in a scenario that is part of another file, or in an override from that file, has its
// place in that file.
func TestPartOfAnotherFile(t *testing.T) {
	var outer struct {
		Name string `json:"name"`
		Part holder `json:"part"`
	}
	text := "name: outer\npart:\n" + "  " + strings.ReplaceAll(strings.TrimSpace(good), "\n", "\n  ") + "\n"
	src := source(text)
	if _, err := ReadDocument(src, "such a file", &outer); err != nil {
		t.Fatal(err)
	}
	src.Node, src.Text = outer.Part.n, nil
	src.Overrides = []Override{{Path: "groups.leechers.count", Value: &outerCount, From: "s.yaml:7:9"}}
	s := mustLoad(t, src)
	if s.Groups[1].Count != 44 || outer.Part.n.Content[0].Value != "name" {
		t.Errorf("count %d", s.Groups[1].Count)
	}
	src.Overrides[0].Path = "groups.leechers.stay"
	if _, err := Load(src); err == nil || !strings.HasPrefix(err.Error(), "s.yaml:7:9: groups[1].stay: ") {
		t.Errorf("said %v", err)
	}
	_, err := ReadDocument(source("name: x\npart: 3\nprat: 4\n"), "such a file", &outer)
	for _, want := range []string{"s.yaml:2:7: part: no mapping", `s.yaml:3:1: there is no field "prat", did you mean "part"?`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("said %v, want %s", err, want)
		}
	}
}

var outerCount = yaml.Node{Kind: yaml.ScalarNode, Value: "44"}

type holder struct{ n *yaml.Node }

func (h *holder) ReadNode(n *yaml.Node, fail func(*yaml.Node, string, ...any)) {
	if h.n = n; n.Kind != yaml.MappingNode {
		fail(n, "no mapping")
	}
}
