package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// look is how a page is looked at.
type look struct {
	name          string
	width, height int64
	scheme        string // of colours: light or dark
}

// desktop is the look of tests that are not about looks.
var desktop = look{"desktop-light", 1280, 800, "light"}

// looks are those that every page is made for.
var looks = []look{
	desktop,
	{"desktop-dark", 1280, 800, "dark"},
	{"phone-light", 375, 812, "light"},
	{"phone-dark", 375, 812, "dark"},
}

// tab is an opened page. Its methods fail the test if the page does not do as it is told.
type tab struct {
	*watch
	t    *testing.T
	ctx  context.Context
	look look
}

// open opens a path or a URL in a tab. The test fails if the page complains or asks for anything
// beyond its own files, until the test's end.
func open(t *testing.T, address string, l look) *tab {
	t.Helper()
	needChromium(t)
	p := &tab{watch: &watch{}, t: t, look: l}
	ctx, closeTab := chromedp.NewContext(chrome, chromedp.WithListener(p.event))
	t.Cleanup(closeTab)
	if deadline, ok := t.Deadline(); ok { // then waiting ends with a message, not with a dump of goroutines
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-15*time.Second))
		t.Cleanup(cancel)
	}
	p.ctx = ctx
	if !strings.Contains(address, "://") {
		address = fileURL(t, address)
	} else if u, err := url.Parse(address); err == nil {
		p.allowed = u.Scheme + "://" + u.Host
	}
	t.Cleanup(func() {
		for _, problem := range p.take() {
			t.Errorf("%s: %s", address, problem)
		}
	})
	p.do("open "+address,
		command(audits.Enable, cdp.Empty{}),
		chromedp.EmulateViewport(l.width, l.height),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}},
		}),
		chromedp.Navigate(address),
	)
	return p
}

// fileURL is the URL of a file on this machine.
func fileURL(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// serve serves a folder as any static server does, and returns its address.
func serve(t *testing.T, folder string) string {
	t.Helper()
	s := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(s.Close)
	return s.URL
}

// command is an action that sends one command of the DevTools protocol.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}

// do performs actions of a purpose, which is named if they fail.
func (p *tab) do(purpose string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v%s", purpose, err, p.complaints())
	}
}

// complaints are the problems so far, as the end of a message.
func (p *tab) complaints() string {
	if problems := p.take(); len(problems) > 0 {
		return "\nthe page said:\n\t" + strings.Join(problems, "\n\t")
	}
	return ""
}

// click clicks at the middle of the element of a selector.
func (p *tab) click(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// clickAt clicks at a point of the window.
func (p *tab) clickAt(x, y float64) {
	p.t.Helper()
	p.do(fmt.Sprintf("click at %v, %v", x, y), chromedp.MouseClickXY(x, y))
}

// moveTo moves the mouse to a point of the window.
func (p *tab) moveTo(x, y float64) {
	p.t.Helper()
	p.do(fmt.Sprintf("move to %v, %v", x, y), chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
}

// typeInto focuses an element and types a text.
func (p *tab) typeInto(selector, text string) {
	p.t.Helper()
	p.do("type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// press presses keys where the focus is, such as kb.ArrowRight of chromedp.
func (p *tab) press(keys string) {
	p.t.Helper()
	p.do(fmt.Sprintf("press %q", keys), chromedp.KeyEvent(keys))
}

// setValue gives a form's element a value, as if the reader had.
func (p *tab) setValue(selector, value string) {
	p.t.Helper()
	p.waitFor(fmt.Sprintf("document.querySelector(%q)", selector))
	p.run(fmt.Sprintf(`{ const e = document.querySelector(%q); e.value = %q;
		e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); }`, selector, value))
}

// run runs JavaScript for its effect.
func (p *tab) run(script string) {
	p.t.Helper()
	p.do("run "+script, chromedp.Evaluate[chromedp.Void](script))
}

// eval returns the value of a JavaScript expression, which may be a promise.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("evaluate %s: %v%s", expression, err, p.complaints())
	}
	return out
}

// text returns the visible text of the element of a selector.
func (p *tab) text(selector string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf("document.querySelector(%q).innerText", selector))
}

// waitFor waits until a JavaScript expression is true.
func (p *tab) waitFor(expression string) {
	p.t.Helper()
	for {
		yes, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if err != nil {
			p.t.Fatalf("waiting for %s: %v%s", expression, err, p.complaints())
		}
		if yes {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// frames counts the frames that the page draws in a time, and returns the longest gap between two.
func (p *tab) frames(d time.Duration) (count int, longest time.Duration) {
	p.t.Helper()
	out := eval[[2]float64](p, fmt.Sprintf(`new Promise(done => {
		const start = performance.now();
		let last = start, count = 0, longest = 0;
		const frame = now => {
			if (now - start >= %[1]d) { done([count, longest]); return; }
			if (now > start) { count++; longest = Math.max(longest, now - last); last = now; }
			requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);
	})`, d.Milliseconds()))
	return int(out[0]), time.Duration(out[1] * float64(time.Millisecond))
}

// wider reports whether the page is wider than the window, so that it scrolls sideways.
func (p *tab) wider() bool {
	p.t.Helper()
	return eval[bool](p, "document.documentElement.scrollWidth > window.innerWidth")
}

// screenshot keeps a picture of the window, or of the whole page, in the folder
// $SWARMSIM_SCREENSHOTS, if that is given.
func (p *tab) screenshot(name string, whole bool) {
	p.t.Helper()
	folder := os.Getenv("SWARMSIM_SCREENSHOTS")
	if folder == "" {
		return
	}
	action := chromedp.CaptureScreenshot()
	if whole {
		action = chromedp.FullScreenshot(100)
	}
	picture, err := chromedp.Run(p.ctx, action)
	if err != nil {
		p.t.Fatalf("screenshot: %v", err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+"-"+p.look.name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
