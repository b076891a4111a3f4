package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// Addresses that other machines can reach need --remote.
func TestServeRefusesBadFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "file", "x")
	for _, c := range []struct{ args, want string }{
		{"serve --addr 0.0.0.0:0", "add --remote"},
		{"serve --addr :0", "add --remote"},
		{"serve --addr lab.example:0", "add --remote"},
		{"serve --addr 127.0.0.1:0 --remote", "no other machine can reach"},
		{"serve --addr 8080", "is not an address and a port"},
		{"serve --results file", "file"},
		{"serve --scenarios gone", "the folder of scenarios"},
		{"serve here", "takes no argument"},
	} {
		if code, _, err := program(t, strings.Fields(c.args)...); code != 2 || !strings.Contains(err, c.want) {
			t.Errorf("%s: exit %d: %s", c.args, code, err)
		}
	}
	if _, err := os.Stat("results"); err == nil {
		t.Error("a refused command has made a folder")
	}
}

// watcher hands over what a program prints.
type watcher struct{ lines chan string }

func (w watcher) Write(p []byte) (int, error) {
	w.lines <- string(p)
	return len(p), nil
}

// Ctrl-C ends the server with exit code 0.
func TestServeEndsInOrder(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range []string{"serve --addr 127.0.0.1:0", "serve --addr 0.0.0.0:0 --remote"} {
		ctx, interrupt := context.WithCancel(context.Background())
		out, warnings, code := watcher{make(chan string, 10)}, &bytes.Buffer{}, make(chan int)
		go func() { code <- Run(ctx, out, warnings, strings.Fields(args)) }()
		first, _, _ := strings.Cut(<-out.lines, "\n")
		url := strings.TrimSpace(strings.TrimPrefix(first, "page"))
		if remote := strings.Contains(args, "--remote"); remote != strings.Contains(url, "?token=") {
			t.Errorf("%s: %s", args, url)
		} else if !remote {
			answer, err := http.Get(url)
			if err != nil {
				t.Fatal(err)
			}
			if page, _ := io.ReadAll(answer.Body); !bytes.Contains(page, []byte("<title>swarmsim</title>")) {
				t.Errorf("%s: %s", url, page)
			}
			answer.Body.Close()
		}
		interrupt()
		if got := <-code; got != 0 {
			t.Errorf("%s: exit %d", args, got)
		}
		if strings.Contains(args, "--remote") != strings.Contains(warnings.String(), "warning:") {
			t.Errorf("%s: warnings %q", args, warnings)
		}
	}
}
