// Command anacrolix is a subject of cmd/bench: it plays a scenario with the full client of
// github.com/anacrolix/torrent, unmodified, several in one process and in virtual time. It reads one
// request from its standard input and writes one answer to its standard output; README.md describes
// both, and how to choose the version of the client.
//
// It is a module of its own, because the client has many dependencies that swarmsim has not, and its
// version is the user's choice.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// protocol is the version of the protocol between cmd/bench and its subjects.
const protocol = 1

// request is what the harness asks.
type request struct {
	Protocol int    `json:"protocol"`
	Request  string `json:"request"`  // describe or play
	Scenario string `json:"scenario"` // resolved, as YAML
	File     string `json:"file"`     // its name in messages
	Seed     uint64 `json:"seed"`
	Results  string `json:"results"` // the folder for the record; "" for none
}

// answer is what it gets. Of the last three one is set if the request was to play.
type answer struct {
	Protocol    int                `json:"protocol"`
	Name        string             `json:"name,omitempty"`
	Version     string             `json:"version,omitempty"`
	Repeatable  *bool              `json:"repeatable,omitempty"`
	Metrics     map[string]float64 `json:"metrics,omitempty"`
	Unsupported string             `json:"unsupported,omitempty"`
	Error       string             `json:"error,omitempty"`
}

func main() {
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "anacrolix: takes no arguments; it reads a request from its standard input, see README.md")
		os.Exit(2)
	}
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "anacrolix:", err)
		os.Exit(2)
	}
}

// maxRequest bounds a request, which has a scenario in it.
const maxRequest = 64 << 20

// run answers one request.
func run(in io.Reader, out io.Writer) error {
	var r request
	d := json.NewDecoder(io.LimitReader(in, maxRequest))
	if err := d.Decode(&r); err != nil {
		return fmt.Errorf("the request is not a JSON object: %w", err)
	}
	if r.Protocol != protocol {
		return fmt.Errorf("the request has protocol %d; this program speaks %d", r.Protocol, protocol)
	}
	give := func(a answer) error {
		a.Protocol = protocol
		return json.NewEncoder(out).Encode(a)
	}
	switch r.Request {
	case "describe":
		return give(answer{Name: "anacrolix", Version: clientVersion(), Repeatable: new(bool)})
	case "play":
		return answerPlay(&r, give)
	}
	return fmt.Errorf("the request is %q; it must be describe or play", r.Request)
}

func answerPlay(r *request, give func(answer) error) error {
	s, err := load(r)
	if err != nil {
		return give(answer{Error: err.Error()})
	}
	if reason := unsupported(s); reason != "" {
		return give(answer{Unsupported: reason})
	}
	// The bubble of virtual time ends only when all goroutines of the client have ended, and some end
	// late or never. So the answer is given inside, and the process ends.
	var failed error
	play(s, func(o *outcome, err error) {
		var metrics map[string]float64
		if err == nil {
			metrics = metricsOf(&o.summary, o.last)
			err = o.save(r.Results)
		}
		if err != nil {
			failed = give(answer{Error: err.Error()})
		} else {
			failed = give(answer{Metrics: metrics})
		}
		if failed == nil {
			os.Exit(0)
		}
	})
	return failed
}

// load parses the scenario of a request.
func load(r *request) (*scenario.Scenario, error) {
	shown := r.File
	if shown == "" {
		shown = "the scenario"
	}
	s, err := scenario.Load(scenario.Source{
		Text: []byte(r.Scenario), Shown: shown, Files: results.OS, Dir: ".", Catalogue: sim.Catalogue(),
	})
	if err != nil {
		return nil, errors.New(err.Error())
	}
	s.Seed = r.Seed
	return s, nil
}

// clientVersion is the version of anacrolix/torrent that the program was built with: that of go.mod,
// or of what replaces it there.
func clientVersion() string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return "unknown"
	}
	for _, m := range info.Deps {
		if m.Path != "github.com/anacrolix/torrent" {
			continue
		}
		switch r := m.Replace; {
		case r == nil:
			return m.Version
		case r.Version == "" || r.Version == "(devel)": // a folder
			return "local " + r.Path
		default:
			return r.Version
		}
	}
	return "unknown"
}
