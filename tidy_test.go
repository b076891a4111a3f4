// Package swarmsim has no code of its own; these tests keep the rules of the
// house that no compiler checks.
package swarmsim

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport lists the packages of this module that each package may import, one package a line:
// imports run downward, and client, tracker, netem and scenario do not import one another.
var mayImport = importRules(`
cmd/help:
cmd/bench: cmd/bench/cli
cmd/bench/cli: bench bench/format bounded cmd/flags cmd/help cmd/swarmsim/results cmd/usage hugepages lab/sweep lab/trial reports scenarios sim sim/content sim/record sim/scenario
cmd/usage:
cmd/flags: sim/scenario
cmd/swarmsim: cmd/swarmsim/cli testbed/emulator
cmd/swarmsim/cli: cmd/swarmsim/play cmd/swarmsim/serve client client/live client/live/crypt client/live/httpclient client/live/observe client/live/storage bounded cmd/flags cmd/help cmd/swarmsim/results cmd/usage hugepages lab/cluster lab/sweep lab/trial reports reports/export reports/provenance sim sim/content sim/record sim/scenario scenarios lab validation torrent torrent/files tracker/live testbed testbed/driver testbed/netns lab/cluster/queue lab/cluster/emit
cmd/swarmsim/play: bounded cmd/swarmsim/results cmd/usage hugepages reports sim sim/record sim/scenario
cmd/swarmsim/serve: bench bounded cmd/swarmsim/play cmd/swarmsim/results lab reports scenarios sim sim/content sim/record sim/scenario
cmd/swarmsim/results: bounded lab lab/trial reports sim/record lab/cluster reports/provenance sim/scenario
docs/playground: reports scenarios sim sim/content sim/record sim/scenario
docs/playground/wasm: docs/playground sim
docs/playground/build: docs/playground
docs/figures: reports sim sim/record sim/scenario scenarios
reports: bounded reports/page sim/record
reports/page:
reports/export: bounded reports sim/record
reports/provenance: sim/record
scenarios:
bounded:
torrent: torrent/bencode torrent/merkle
torrent/bencode:
torrent/merkle:
torrent/files: bounded torrent torrent/bencode torrent/merkle
prefetch:
slab:
hugepages:
portable:
registry:
registry/registrytest: registry
sim/content: bounded torrent client sim/scenario client/pieces
sim/disk: client client/pieces
sim/draw: sim/engine sim/scenario
sim/measure: client/pick sim/engine sim/record
sim: sim/content sim/disk sim/draw sim/measure prefetch sim/scenario sim/record sim/netem sim/engine client client/backlog client/choke client/pick client/reveal client/wire registry tracker client/assign sim/viewer sim/adversary
sim/viewer: client/pieces
sim/adversary: client client/pieces
sim/scenario: bounded portable
sim/record: portable
sim/netem: prefetch slab sim/engine sim/netem/ideal sim/netem/packet sim/netem/stack sim/netem/tcp
sim/netem/ideal: sim/engine sim/netem/packet sim/netem/stack
sim/netem/tcp: portable prefetch slab sim/engine sim/netem/packet sim/netem/queue sim/netem/stack
sim/netem/stack: prefetch sim/engine sim/netem/packet
sim/netem/packet:
sim/netem/queue: prefetch sim/netem/packet
sim/netem/gonet: sim/engine sim/netem sim/netem/packet
sim/netem/netemtest: sim/engine sim/netem sim/netem/packet
sim/engine: prefetch
client: registry prefetch slab client/assign client/backlog client/choke client/pick client/pieces client/reveal client/extension
client/assign: registry client/backlog client/pick client/pieces
client/pieces: slab prefetch client/pick
client/reveal: registry client/pick client/pieces
client/backlog: registry
client/choke: registry
client/pick: portable registry
client/extension: torrent/bencode
client/wire: client
client/layers: client torrent torrent/merkle
client/metadata: client client/extension client/layers
client/live: client client/layers client/live/announce client/live/crypt client/live/dht client/live/httpclient client/live/lsd client/live/portmap client/live/storage client/live/utp client/live/webseed client/metadata client/pieces client/wire torrent client/choke
client/live/observe: client client/live sim/record
client/live/crypt:
client/live/dht:
client/live/lsd:
client/live/utp:
client/live/storage: client client/pieces torrent torrent/bencode
client/live/httpclient:
client/live/announce: client/live/httpclient
client/live/webseed: client client/live/httpclient torrent
client/live/portmap: client/live/httpclient
tracker:
tracker/live: tracker
lab/stats:
lab/sweep: sim/scenario
lab/trial: bounded sim sim/record sim/scenario torrent
lab: lab/stats lab/sweep lab/trial reports reports/page sim sim/record sim/scenario
lab/cluster: lab lab/trial
lab/cluster/queue: lab/cluster
lab/cluster/emit: lab/cluster
bench: lab/stats lab/sweep lab/trial scenarios sim/scenario
bench/format: bench lab/stats
bench/subjects/example:
validation: reports sim sim/record sim/scenario
testbed: sim sim/draw sim/engine sim/record sim/scenario testbed/driver testbed/emulator testbed/netns testbed/recorder torrent torrent/files tracker/live
testbed/driver: torrent
testbed/netns:
testbed/recorder: sim sim/measure sim/record sim/scenario testbed/driver
testbed/speed: cmd/flags cmd/help reports sim/scenario testbed/driver torrent/files tracker/live
testbed/emulator: sim/netem/packet sim/netem/queue
`)

// importRules parses lines "package: imports".
func importRules(text string) map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		pkg, imports, _ := strings.Cut(line, ":")
		out[pkg] = strings.Fields(imports)
	}
	return out
}

// edges may touch the clock, files and sockets; everything else is handed
// readers, writers and an fs.FS. hugepages asks the system for something, and hears
// nothing from it.
var edges = strings.Fields(`
bench/subjects/example
client/live
client/live/announce
client/live/crypt
client/live/dht
client/live/httpclient
client/live/lsd
client/live/observe
client/live/portmap
client/live/storage
client/live/utp
client/live/webseed
cmd/bench
cmd/bench/cli
cmd/swarmsim
cmd/swarmsim/cli
cmd/swarmsim/play
cmd/swarmsim/results
cmd/swarmsim/serve
cmd/usage
docs/figures
docs/playground/build
hugepages
lab/cluster
lab/cluster/queue
sim/netem/gonet
testbed
testbed/driver
testbed/emulator
testbed/netns
testbed/recorder
testbed/speed
torrent/files
tracker/live
`)

type file struct {
	pkg, path string
	syntax    *ast.File
	set       *token.FileSet
}

// parse reads the module's Go files, without tests.
func parse(t *testing.T) []file {
	t.Helper()
	var out []file
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || isModule(p)) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, p, nil, parser.ParseComments)
		out = append(out, file{path.Dir(filepath.ToSlash(p)), p, syntax, set})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// isModule reports whether a folder is a module of its own, with rules of its own.
func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

func imports(f file) []string {
	var out []string
	for _, i := range f.syntax.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

func TestImportsRunDownward(t *testing.T) {
	for _, f := range parse(t) {
		allowed, known := mayImport[f.pkg]
		if !known {
			t.Errorf("%s: package %s is not in the list; say what it may import", f.path, f.pkg)
		}
		for _, i := range imports(f) {
			if own, ok := strings.CutPrefix(i, "swarmsim/"); ok && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s, which runs against the arrows", f.path, own)
			}
		}
	}
}

// Nothing but the scenario and its seed may reach a result.
func TestCoreIsPure(t *testing.T) {
	clock := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}
	for _, f := range parse(t) {
		if slices.Contains(edges, f.pkg) {
			continue
		}
		for _, i := range imports(f) {
			switch i {
			case "os", "net", "net/http", "os/exec", "syscall", "math/rand", "crypto/rand":
				t.Errorf("%s imports %s; the core is handed what it needs", f.path, i)
			case "sync", "sync/atomic":
				if f.pkg != "sim/engine" {
					t.Errorf("%s imports %s; only the engine knows of other cores", f.path, i)
				}
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.GoStmt:
				if f.pkg != "sim/engine" {
					t.Errorf("%v: a goroutine outside the engine", f.set.Position(x.Pos()))
				}
			case *ast.SelectStmt:
				t.Errorf("%v: a select chooses at random", f.set.Position(x.Pos()))
			case *ast.SelectorExpr:
				pkg, ok := x.X.(*ast.Ident)
				if !ok {
					break
				}
				if pkg.Name == "time" && slices.Contains(clock, x.Sel.Name) {
					t.Errorf("%v: time.%s in the core; time is an argument", f.set.Position(x.Pos()), x.Sel.Name)
				}
				if pkg.Name == "rand" && !slices.Contains([]string{"New", "Rand", "NewPCG", "NewChaCha8", "Source"}, x.Sel.Name) {
					t.Errorf("%v: rand.%s is global; randomness is a field", f.set.Position(x.Pos()), x.Sel.Name)
				}
			}
			return true
		})
	}
}

// A reader who opens a package finds what it is for.
func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{}
	for _, f := range parse(t) {
		said[f.pkg] = said[f.pkg] || f.syntax.Doc != nil && len(f.syntax.Doc.Text()) > 80
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("package %s has no documentation", pkg)
		}
	}
}

// A comment names what it stands at: one that was renamed keeps no old name.
func TestCommentsBeginWithTheName(t *testing.T) {
	for _, f := range parse(t) {
		for _, d := range f.syntax.Decls {
			x, ok := d.(*ast.FuncDecl)
			if !ok || x.Doc == nil || x.Name.Name == "init" {
				continue
			}
			if words := strings.Fields(x.Doc.Text()); len(words) == 0 || strings.TrimRight(words[0], ",:") != x.Name.Name {
				t.Errorf("%s: the comment of %s begins with %q", f.path, x.Name.Name, words[:min(1, len(words))])
			}
		}
	}
}

// One concept a file: one that has grown past this is two.
func TestFilesAreShort(t *testing.T) {
	for _, f := range parse(t) {
		if n := f.set.File(f.syntax.Pos()).LineCount(); n > 500 {
			t.Errorf("%s has %d lines", f.path, n)
		}
	}
}

// The two programs are compiled with one profile, so that what is measured is what
// is used, and what is compiled for one serves the other.
func TestProgramsShareAProfile(t *testing.T) {
	bench, err := os.ReadFile("cmd/bench/default.pgo")
	if err != nil {
		t.Fatal(err)
	}
	swarmsim, err := os.ReadFile("cmd/swarmsim/default.pgo")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bench, swarmsim) {
		t.Error("cmd/bench/default.pgo and cmd/swarmsim/default.pgo differ: copy the one that was renewed")
	}
}

// The tests of a main package and all that they import are built with its default.pgo, which
// go test -cover ./... cannot link (https://go.dev/issue/80891).
func TestCoverageLinks(t *testing.T) {
	if tests, _ := filepath.Glob("cmd/swarmsim/*_test.go"); len(tests) > 0 {
		t.Errorf("%v: put the tests of cmd/swarmsim into cmd/swarmsim/cli", tests)
	}
}
