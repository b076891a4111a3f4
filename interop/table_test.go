package interop

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// outcome is what came of an exchange.
type outcome uint8

const (
	notRun outcome = iota
	passed
	failed
	unsupported
)

type cell struct {
	client, feature string
	oursSeed        bool
}

type result struct {
	outcome outcome
	reason  string
}

var (
	resultsMu sync.Mutex
	results   = map[cell]result{}
	swarms    []string
)

func record(client, feature string, oursSeed bool, o outcome, reason string) {
	resultsMu.Lock()
	defer resultsMu.Unlock()
	results[cell{client, feature, oursSeed}] = result{o, reason}
}

// recordTest records the outcome of a test that has run.
func recordTest(t *testing.T, client, feature string, oursSeed bool) {
	switch {
	case t.Failed():
		record(client, feature, oursSeed, failed, "")
	case !t.Skipped():
		record(client, feature, oursSeed, passed, "")
	}
}

func noteSwarm(text string) {
	resultsMu.Lock()
	defer resultsMu.Unlock()
	swarms = append(swarms, text)
}

const tableHead = `# Interoperability

Written by the tests in [interop/](../interop), which exchanged files of swarmsim's live client with
other clients, on one machine, over TCP and IPv4:

` + "```sh" + `
bash interop/install.sh   # on Debian: installs the other clients
cd interop
CGO_ENABLED=0 go test . -full -timeout 60m -table ../docs/interop.md
` + "```" + `

Every exchange moves a folder of files of 1 byte to 1 MiB, which the copy has to equal byte for byte.
Unless the row says otherwise, both have a torrent file of version 1 and the leecher learns of the seed
from swarmsim's tracker over HTTP.

- **both**: swarmsim downloaded from the client, and the client from swarmsim.
- **from it**, **to it**: swarmsim downloaded from the client only, or uploaded to it only.
- **–**: the client cannot; the note says why. **fails**: it should have worked. Empty: not run.

`

const tableTail = `
"Encrypted" is message stream encryption, required by both, but webtorrent cannot require it. With
"encryption preferred by one" the leecher prefers it and the seed has it off. "Fast extension" was read
from the connection: the seed has to say HAVE ALL (BEP 6). With "PEX alone" a leecher without a tracker
and without the DHT is connected to a peer that has no pieces, and learns of the seed from it (BEP 11);
"from it" is then what swarmsim reads and "to it" what it sends. With "DHT alone" there is no tracker.

The torrents have an empty file, except those for Transmission, which creates none, for webtorrent, which
creates none in a hybrid, and for anacrolix/torrent, which fails to map it into memory. rtorrent and
webtorrent do not know padding files (BEP 47): to seed a hybrid they need them on disk.
`

// writeTable writes the table as a Markdown page.
func writeTable(path string) error {
	resultsMu.Lock()
	defer resultsMu.Unlock()
	var out strings.Builder
	out.WriteString(tableHead)
	var clients []string
	for _, p := range theirs() {
		if versions[p.Name()] != "" {
			clients = append(clients, p.Name())
		}
	}
	row := func(cells ...string) { fmt.Fprintf(&out, "| %s |\n", strings.Join(cells, " | ")) }
	head, rule := []string{""}, []string{"---"}
	for _, c := range clients {
		head, rule = append(head, c+" "+versions[c]), append(rule, "---")
	}
	row(head...)
	row(rule...)
	var notes []string
	for _, f := range features {
		cells := []string{f}
		for _, c := range clients {
			cells = append(cells, tableCell(c, f, &notes))
		}
		row(cells...)
	}
	out.WriteString("\n")
	for i, n := range notes {
		fmt.Fprintf(&out, "%d. %s\n", i+1, n)
	}
	fmt.Fprintf(&out, "\nTrackers: opentracker %s (Debian), bittorrent-tracker %s (npm).\n",
		cmp.Or(versions["opentracker"], "not installed"), cmp.Or(versions["bittorrent-tracker"], "not installed"))
	if len(swarms) > 0 {
		out.WriteString("\n## Mixed swarms\n\nAll leechers completed, with peer exchange and swarmsim's tracker:\n\n")
		slices.Sort(swarms)
		for _, s := range swarms {
			fmt.Fprintf(&out, "- %s\n", s)
		}
	}
	out.WriteString("\n## Notes\n" + tableTail)
	return os.WriteFile(path, []byte(out.String()), 0o644)
}

// tableCell returns what came of both directions.
func tableCell(client, feature string, notes *[]string) string {
	down, up := results[cell{client, feature, false}], results[cell{client, feature, true}]
	text := ""
	switch {
	case down.outcome == failed || up.outcome == failed:
		text = "fails"
	case down.outcome == passed && up.outcome == passed:
		return "both"
	case down.outcome == passed:
		text = "from it"
	case up.outcome == passed:
		text = "to it"
	case down.outcome == unsupported || up.outcome == unsupported:
		text = "–"
	}
	for _, r := range []result{down, up} {
		if r.outcome == unsupported {
			i := slices.Index(*notes, r.reason)
			if i < 0 {
				i, *notes = len(*notes), append(*notes, r.reason)
			}
			return fmt.Sprintf("%s [%d]", text, i+1)
		}
	}
	return text
}
