// Command build makes the playground: one page that holds the simulator, compiled to WebAssembly, and
// asks for nothing else. It needs the Go toolchain alone, and is run in the root of the repository:
//
//	go run ./docs/playground/build                    # writes docs/playground/dist/index.html
//	go run ./docs/playground/build -o /srv/www/swarm  # elsewhere
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"text/template"

	"swarmsim/docs/playground"
)

// source is the folder of the page's parts.
const source = "docs/playground/src"

func main() {
	out := flag.String("o", "docs/playground/dist", "`folder` to write index.html to")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "build: found %q; it takes no argument but -o folder\n", flag.Arg(0))
		os.Exit(2)
	}
	size, err := build(*out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
	fmt.Printf("%s: %.1f MB\n", filepath.Join(*out, "index.html"), float64(size)/1e6)
}

// build writes the page into a folder, and returns its size.
func build(folder string) (int, error) {
	if _, err := os.Stat(source); err != nil {
		return 0, fmt.Errorf("run it in the root of the repository: %w", err)
	}
	p, err := parts()
	if err != nil {
		return 0, err
	}
	text, err := os.ReadFile(filepath.Join(source, "page.html"))
	if err != nil {
		return 0, err
	}
	shell, err := template.New("page.html").Parse(string(text))
	if err != nil {
		return 0, err
	}
	var page bytes.Buffer
	if err := shell.Execute(&page, p); err != nil {
		return 0, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return 0, err
	}
	return page.Len(), os.WriteFile(filepath.Join(folder, "index.html"), page.Bytes(), 0o644)
}

// page is what page.html is filled with.
type page struct {
	Style, Script  string
	Library        string // JSON, as base64
	Worker, Engine string // gzip, as base64
}

// Policy is the page's content security policy: its own script and style, the simulator in a worker,
// and no request to anywhere.
func (p *page) Policy() string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src '" + hash(p.Script) + "' 'wasm-unsafe-eval'",
		"style-src '" + hash(p.Style) + "'",
		"worker-src blob:",
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; ")
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// parts makes all parts of the page.
func parts() (*page, error) {
	work, err := os.MkdirTemp("", "swarmsim-playground-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	p := &page{}
	engine, err := compile(filepath.Join(work, "engine.wasm"))
	if err != nil {
		return nil, err
	}
	if p.Engine, err = packed(engine); err != nil {
		return nil, err
	}
	library, err := playground.Library()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(library)
	if err != nil {
		return nil, err
	}
	p.Library = base64.StdEncoding.EncodeToString(text)
	worker, err := workerScript()
	if err != nil {
		return nil, err
	}
	if p.Worker, err = packed(worker); err != nil {
		return nil, err
	}
	script, err := bundle("main.js")
	if err != nil {
		return nil, err
	}
	style, err := bundle("style.css")
	if err != nil {
		return nil, err
	}
	p.Script, p.Style = string(script), string(style)
	if strings.Contains(p.Script, "</script") || strings.Contains(p.Style, "</style") {
		return nil, errors.New("a script or style contains the end of its own element")
	}
	return p, nil
}

// compile compiles the simulator to WebAssembly.
func compile(path string) ([]byte, error) {
	c := exec.Command("go", "build", "-trimpath", "-pgo=off", "-ldflags=-s -w", "-o", path, "./docs/playground/wasm")
	c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if _, err := run(c); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// workerScript is wasm_exec.js of the Go toolchain, followed by the worker's own.
func workerScript() ([]byte, error) {
	root, err := run(exec.Command("go", "env", "GOROOT"))
	if err != nil {
		return nil, err
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("the Go toolchain (%s) lacks a file: %w", runtime.Version(), err)
	}
	own, err := bundle("worker.js")
	return append(append(glue, '\n'), own...), err
}

// bundle joins a script or a style of the page with what it imports.
func bundle(name string) ([]byte, error) {
	args := []string{"tool", "-modfile=tools/go.mod", "esbuild", "--bundle", "--minify", "--charset=utf8",
		"--log-level=warning", "--target=es2022"}
	if strings.HasSuffix(name, ".js") {
		args = append(args, "--format=iife")
	}
	return run(exec.Command("go", append(args, filepath.Join(source, name))...))
}

// run runs a command and returns its output.
func run(c *exec.Cmd) ([]byte, error) {
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, complaints.Bytes())
	}
	return out, err
}

// packed compresses bytes and writes them as base64.
func packed(content []byte) (string, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(content); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}
