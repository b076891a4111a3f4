package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"swarmsim/sim/scenario"
)

// terminalDisplay shows a line for each torrent at the bottom of a terminal, and prints other lines
// above them.
type terminalDisplay struct {
	plainDisplay
	mu    sync.Mutex
	size  func() (width, height int)
	lines []string // on the screen now
	last  time.Time
}

const terminalInterval = 500 * time.Millisecond

func newTerminalDisplay(plain plainDisplay) *terminalDisplay {
	return &terminalDisplay{plainDisplay: plain, size: func() (int, int) { return terminalSize(plain.err) }}
}

// terminalSize returns the size of a terminal in characters.
func terminalSize(w io.Writer) (width, height int) {
	if f, ok := w.(*os.File); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil && width > 0 && height > 0 {
			return width, height
		}
	}
	return 80, 24
}

func (d *terminalDisplay) log() io.Writer { return d }

// Write prints lines of others above the torrents.
func (d *terminalDisplay) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	shown := d.lines
	d.erase()
	n, err := d.err.Write(p)
	d.draw(shown)
	return n, err
}

func (d *terminalDisplay) note(text string) { fmt.Fprintln(d, scenario.Printable(text)) }

func (d *terminalDisplay) warn(text string) { fmt.Fprintln(d, "warning:", scenario.Printable(text)) }

func (d *terminalDisplay) update(jobs []*liveJob) {
	if now := time.Now(); now.Sub(d.last) >= terminalInterval {
		d.last = now
		d.show(jobs)
	}
}

func (d *terminalDisplay) end(jobs []*liveJob) {
	d.mu.Lock()
	d.erase()
	d.mu.Unlock()
	d.plainDisplay.end(jobs)
}

// show replaces the lines on the screen.
func (d *terminalDisplay) show(jobs []*liveJob) {
	width, height := d.size()
	room := max(height-2, 1)
	var lines []string
	hidden := 0
	for _, j := range jobs {
		switch {
		case j.ended:
		case len(lines) < room:
			lines = append(lines, terminalLine(j.torrent.Name(), statusParts(j), width-1))
		default:
			hidden++
		}
	}
	if hidden > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", hidden))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.erase()
	d.draw(lines)
}

// erase removes the lines; the caller holds the lock.
func (d *terminalDisplay) erase() {
	if n := len(d.lines); n > 0 {
		fmt.Fprint(d.err, "\r", strings.Repeat("\x1b[A", n-1), "\x1b[J")
		d.lines = nil
	}
}

// draw draws lines, and leaves the cursor at the end of the last; the caller holds the lock.
func (d *terminalDisplay) draw(lines []string) {
	fmt.Fprint(d.err, strings.Join(lines, "\n"))
	d.lines = lines
}

// minName is the number of columns that a torrent's name keeps while other parts are left out.
const minName = 16

// terminalLine returns a line of at most width columns: the name, cut in the middle if need be, and as
// many of the parts, from the first, as there is room for.
func terminalLine(name string, parts []string, width int) string {
	name = scenario.Printable(name)
	own := min(runewidth.StringWidth(name), minName)
	text := ""
	for i, p := range parts {
		if i > 0 {
			p = text + "  " + p
		}
		if i > 0 && own+2+len(p) > width {
			break
		}
		text = p
	}
	return runewidth.Truncate(cutMiddle(name, max(width-2-len(text), 1))+"  "+text, max(width, 1), "")
}

// cutMiddle shortens a text to a number of columns. The end of a file's name says what it is, so both
// ends are kept.
func cutMiddle(text string, width int) string {
	if runewidth.StringWidth(text) <= width {
		return text
	}
	if width < 8 {
		return runewidth.Truncate(text, width, "")
	}
	tail := (width - 3) / 3
	head := runewidth.Truncate(text, width-3-tail, "")
	runes := []rune(text)
	for at := len(runes) - tail; ; at++ {
		if end := string(runes[max(at, 0):]); runewidth.StringWidth(end) <= tail {
			return head + "..." + end
		}
	}
}
