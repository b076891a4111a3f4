package swarmsim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// plainFolders are the folders whose comments, messages and documents are held to the wording
// rules. The list grows until it has all folders.
var plainFolders = []string{
	".", "docs", "scenarios", "scenarios/sweeps", "sim/scenario", "sim/scenario/profiles", "bounded",
	"hugepages", "portable", "prefetch", "registry", "slab", "torrent", "torrent/bencode", "torrent/files",
	"torrent/merkle", "tracker", "tracker/live", "client/extension", "client/metadata", "client",
	"client/assign", "client/backlog", "client/choke", "client/pick", "client/pieces", "client/reveal",
	"client/wire", "client/live/crypt", "client/live", "client/live/observe", "client/live/storage",
	"client/live/announce", "client/live/httpclient", "client/live/dht", "client/live/portmap",
	"client/live/webseed", "sim", "sim/adversary", "sim/content", "sim/draw", "sim/engine", "client/live/lsd",
	"client/live/utp", "sim/measure", "sim/record", "sim/viewer", "bench", "bench/format", "bench/suites",
	"cmd/bench", "cmd/bench/cli", "cmd/usage", "docs/figures", "interop",
	"cmd/flags", "cmd/help", "cmd/swarmsim", "cmd/swarmsim/cli", "cmd/swarmsim/results", "cmd/swarmsim/play", "cmd/swarmsim/serve", "sim/netem",
	"sim/netem/ideal", "sim/netem/netemtest", "sim/netem/packet", "sim/netem/queue", "sim/netem/stack",
	"sim/netem/tcp", "lab", "lab/stats", "lab/cluster", "lab/sweep", "lab/trial", "reports", "reports/page", "reports/page/browser",
	"sim/netem/tcp", "lab", "lab/stats", "lab/sweep", "lab/trial", "reports", "reports/page/browser", "testbed/anacrolix",
	"sim/netem/tcp", "lab", "lab/stats", "lab/cluster", "lab/sweep", "lab/trial", "reports", "reports/page", "reports/export", "testbed/anacrolix",
	"sim/netem/tcp", "lab", "lab/stats", "lab/cluster", "lab/cluster/queue", "lab/sweep", "lab/trial", "reports", "reports/page", "testbed/anacrolix",
	"sim/netem/tcp", "lab", "lab/stats", "lab/cluster", "lab/sweep", "lab/trial", "reports", "reports/page/browser",
	"sim/netem/tcp", "lab", "lab/stats", "lab/cluster", "lab/cluster/emit", "lab/sweep", "lab/trial", "reports", "reports/page", "reports/page/browser",
	"reports/provenance", "testbed/anacrolix",
	"testbed/driver", "testbed/emulator", "testbed/netns", "validation", "bench/subjects/anacrolix", "bench/subjects/example",
	"docs/learn", "docs/learn/scenarios", "docs/playground", "docs/playground/build", "docs/playground/wasm",
	"sim/netem/gonet", "testbed/recorder", "validation/links", "validation/published", "validation/theory",
	"validation/truth", "testbed",
}

// wordingRules are phrases to avoid, with what to write instead.
var wordingRules = []struct {
	phrase  *regexp.Regexp
	instead string
}{
	{phrase(`tells? whether`), "reports whether"},
	{phrase(`(some|no|any|every)body`), "the subject: a peer, a leecher, the user"},
	{phrase(`so (many|much|often)`), "the name of the quantity"},
	{phrase(`who(m|ever|mever)`), "the subject: a peer that ..."},
	{phrase(`who (has|have|gives?|gets?|asks?|wants?|lacks?|serves?|comes?|goes|says?)`), "the subject: a peer that ..."},
	{phrase(`what (it|they|there|he) (is|are) of`), "a noun"},
	{phrase(`(is|are|was|were) had`), "an active verb, such as downloads or receives"},
	{phrase(`(comes?|came) of (it|them)`), "the result"},
	{phrase(`makes? no sense`), "what would be accepted"},
}

// phrase compiles a pattern of words, which may be on two lines.
func phrase(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b` + strings.ReplaceAll(pattern, " ", `\s+`) + `\b`)
}

// TestWording rejects phrases that have to be read twice.
func TestWording(t *testing.T) {
	for _, folder := range plainFolders {
		entries, err := os.ReadDir(filepath.FromSlash(folder))
		if err != nil {
			t.Error(err)
		}
		for _, e := range entries {
			name := path.Join(folder, e.Name())
			if name == "docs/validation.md" { // generated from package validation, which is checked
				continue
			}
			switch path.Ext(name) {
			case ".go":
				checkGoWording(t, name)
			case ".md", ".yaml", ".html":
				text, err := os.ReadFile(filepath.FromSlash(name))
				if err != nil {
					t.Fatal(err)
				}
				checkWording(t, name, 1, string(text))
			}
		}
	}
}

// checkWording checks a text that begins at a line of a file.
func checkWording(t *testing.T, file string, line int, text string) {
	t.Helper()
	for _, rule := range wordingRules {
		for _, at := range rule.phrase.FindAllStringIndex(text, -1) {
			found := strings.Join(strings.Fields(text[at[0]:at[1]]), " ")
			t.Errorf("%s:%d: avoid %q; write %s", file, line+strings.Count(text[:at[0]], "\n"), found, rule.instead)
		}
	}
}

// checkGoWording checks the comments and the string literals of a Go file. The literals of
// tests are data, and not checked.
func checkGoWording(t *testing.T, name string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range file.Comments {
		var lines []string
		for _, c := range group.List {
			lines = append(lines, strings.TrimPrefix(c.Text, "//"))
		}
		checkWording(t, name, set.Position(group.Pos()).Line, strings.Join(lines, "\n"))
	}
	if strings.HasSuffix(name, "_test.go") {
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			checkWording(t, name, set.Position(l.Pos()).Line, l.Value)
		}
		return true
	})
}
