package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// chrome is the context of the one browser of all tests; nil without Chromium.
var chrome context.Context

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "swarmsim-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	temporary = folder
	if path := findChromium(); path != "" {
		stop, err := startChromium(path)
		if err != nil {
			fmt.Fprintf(os.Stderr, "browser: %s does not start: %v\n", path, err)
			return 1
		}
		defer stop()
	}
	return m.Run()
}

// findChromium returns the path of the browser, or nothing.
func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// startChromium starts the browser that all tests share.
func startChromium(path string) (stop func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(filepath.Join(temporary, "profile")),
		// Whatever a page asks for, nothing but this machine is reached.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.DisableGPU,
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	var stopBrowser context.CancelFunc
	chrome, stopBrowser = chromedp.NewContext(allocator)
	stop = func() {
		stopBrowser()
		stopAllocator()
	}
	if err := chromedp.Do(chrome); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// needChromium skips a test if there is no browser.
func needChromium(t *testing.T) {
	t.Helper()
	if chrome == nil {
		t.Skip("chromium is not installed (reports/page/browser/install.sh)")
	}
}

// temporary is a folder that is removed after all tests.
var temporary string

// root is the folder of the module of swarmsim, seen from this one.
const root = "../../.."

// buildSwarmsim builds the program once, and returns its path.
var buildSwarmsim = sync.OnceValues(func() (string, error) {
	path := filepath.Join(temporary, "swarmsim")
	return path, runIn(root, "go", "build", "-o", path, "./cmd/swarmsim")
})

// runIn runs a command in a folder. Its output is part of the error.
func runIn(folder, name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Dir = folder
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %q: %w\n%s", name, args, err, out)
	}
	return nil
}

// swarmsim runs the program with arguments, in the folder of the module.
func swarmsim(t *testing.T, args ...string) {
	t.Helper()
	path, err := buildSwarmsim()
	if err != nil {
		t.Fatal(err)
	}
	if err := runIn(root, path, args...); err != nil {
		t.Fatal(err)
	}
}

// scenarioFile writes a scenario into a file of the test, and returns its path.
func scenarioFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scenario.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// playScenario runs a scenario (the text of one), and returns its results folder.
func playScenario(t *testing.T, text string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "results")
	swarmsim(t, append([]string{"run", scenarioFile(t, text), "-q", "-o", out}, args...)...)
	return out
}
