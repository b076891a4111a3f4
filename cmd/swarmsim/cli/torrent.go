package cli

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/scenarios"
	"swarmsim/sim/scenario"
)

// torrentScenario is the scenario of the library that a torrent file is played in.
const torrentScenario = "flash-crowd"

// torrentStart matches the start of every torrent file, a bencoded dictionary
// (https://www.bittorrent.org/beps/bep_0003.html#bencoding), and of no YAML file.
var torrentStart = regexp.MustCompile(`^d[0-9]+:`)

func hasTorrentName(path string) bool { return strings.EqualFold(filepath.Ext(path), ".torrent") }

// useTorrent makes the input torrentScenario with the content of a torrent file, without
// expectations and with a distant deadline.
func (in *input) useTorrent(path string) error {
	text, _ := scenarios.Text(torrentScenario)
	base, err := scenario.ParseYAML(text)
	if err != nil {
		return err
	}
	const changes = "name: %s\ncontent: {torrent: %q}\nstop: {deadline: 365 days}\nexpect: []\n"
	values, err := scenario.ParseYAML(fmt.Appendf(nil, changes, scenarioName(path), filepath.Base(path)))
	if err != nil {
		return usageError{fmt.Errorf("%q cannot be named in a scenario: %w", path, err)}
	}
	for i := 0; i+1 < len(values.Content); i += 2 {
		for k := 0; k+1 < len(base.Content); k += 2 {
			if base.Content[k].Value == values.Content[i].Value {
				base.Content[k+1] = values.Content[i+1]
			}
		}
	}
	clearPositions(base)
	in.Node = base
	return nil
}

// clearPositions removes line and column numbers, which would be those of another file.
func clearPositions(n *yaml.Node) {
	n.Line, n.Column = 0, 0
	for _, child := range n.Content {
		clearPositions(child)
	}
}

const maxName = 64 // of a scenario; see scenario.ValidName

var notInNames = regexp.MustCompile(`[^A-Za-z0-9]+`)

// scenarioName makes a scenario's name of a file's.
func scenarioName(path string) string {
	base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	name := strings.Trim(notInNames.ReplaceAllString(base, "-"), "-")
	if name = name[:min(len(name), maxName)]; scenario.ValidName(name) {
		return name
	}
	return "torrent"
}
