package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// A harness that sees nothing would pass every page.
func TestTheHarnessSeesWhatIsWrong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.html")
	page := `<!doctype html><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'; img-src https:">
<p id="p">here</p><button id="b">press</button><input id="i">
<script>
document.getElementById("b").onclick = () => { document.getElementById("p").textContent = "pressed"; };
console.error("one");
fetch("https://example.invalid/two").catch(() => {});
eval("3");
</script><script>four();</script><img src="data:,">`
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	for i, l := range looks {
		address := path
		if i%2 == 1 {
			address = serve(t, filepath.Dir(path)) + "/page.html"
		}
		p := open(t, address, l)
		p.click("#b")
		p.waitFor(`document.getElementById("p").textContent === "pressed"`)
		p.typeInto("#i", "word")
		if got := eval[string](p, `document.getElementById("i").value`); got != "word" {
			t.Errorf("typed %q", got)
		}
		p.setValue("#i", "another")
		p.click("#i")
		p.press(kb.End + "!")
		if got := eval[string](p, `document.getElementById("i").value`); got != "another!" {
			t.Errorf("pressed %q", got)
		}
		p.run(`document.getElementById("b").onmousemove = () => { document.getElementById("p").textContent = "moved"; }`)
		at := eval[[2]float64](p, `(r => [r.x + 5, r.y + 5])(document.getElementById("b").getBoundingClientRect())`)
		p.moveTo(at[0], at[1])
		p.waitFor(`document.getElementById("p").textContent === "moved"`)
		p.clickAt(at[0], at[1])
		if got := p.text("#p"); got != "pressed" {
			t.Errorf("the text is %q", got)
		}
		if p.wider() {
			t.Errorf("%s: the page scrolls sideways", l.name)
		}
		if dark := eval[bool](p, `matchMedia("(prefers-color-scheme: dark)").matches`); dark != (l.scheme == "dark") {
			t.Errorf("%s: dark is %v", l.name, dark)
		}
		if width := eval[int64](p, `innerWidth`); width != l.width {
			t.Errorf("%s: the window is %d wide", l.name, width)
		}
		if count, _ := p.frames(time.Second); count < 2 {
			t.Errorf("%d frames in a second", count)
		}
		problems := strings.Join(p.take(), "\n")
		for _, want := range []string{"console.error: \"one\"", "request to https://example.invalid/two", "unsafe-eval", "four is not defined", "img-src"} {
			if !strings.Contains(problems, want) {
				t.Errorf("%s: no %q in what was noticed:\n%s", l.name, want, problems)
			}
		}
	}
}
