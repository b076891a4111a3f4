package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"swarmsim/lab/trial"
	"swarmsim/sim/scenario"
)

// Command is another program, started for one request.
type Command struct {
	Words   []string
	Dir     string        // where it is started
	Timeout time.Duration // after which it is ended
	MaxSize int           // of its output; a program that writes more is ended
}

// Exec starts a command, writes the request to its standard input, and returns what it writes to
// its standard output. Its error says how the command failed, with the end of what it wrote to
// standard error.
type Exec func(ctx context.Context, c Command, request []byte) ([]byte, error)

// protocolVersion is the version of the protocol with programs.
const protocolVersion = 1

// maxAnswer bounds a program's answer, in bytes.
const maxAnswer = 1 << 20

// request is what a program reads.
type request struct {
	Protocol int    `json:"protocol"`
	Request  string `json:"request"` // describe or play
	Scenario string `json:"scenario,omitempty"`
	File     string `json:"file,omitempty"`
	Seed     uint64 `json:"seed,omitempty"`
	Results  string `json:"results,omitempty"`
}

// description is a program's answer to describe.
type description struct {
	Protocol   int    `json:"protocol"`
	Name       string `json:"name"`
	Version    string `json:"version"`
	Repeatable bool   `json:"repeatable"`
	Error      string `json:"error"`
}

// answer is a program's answer to play.
type answer struct {
	Protocol    int                 `json:"protocol"`
	Metrics     map[string]*float64 `json:"metrics"`
	Unsupported string              `json:"unsupported"`
	Error       string              `json:"error"`
}

// program is a subject that is another program, with its description.
type program struct {
	subject     *Subject
	dir         string
	exec        Exec
	description description
}

// describe asks the program what it is.
func (p *program) describe(ctx context.Context) error {
	err := p.ask(ctx, request{Protocol: protocolVersion, Request: "describe"}, &p.description)
	d := &p.description
	switch {
	case err != nil:
		return err
	case d.Error != "":
		return p.failed("reports: %s", d.Error)
	case d.Protocol != protocolVersion:
		return p.failed("speaks protocol %d; this program speaks %d", d.Protocol, protocolVersion)
	}
	return nil
}

// play has the program play a scenario. The row's values are metrics.
func (p *program) play(ctx context.Context, t *trial.Trial, seed uint64, results string) (*trial.Row, error) {
	s := *t.Scenario
	s.Seed = seed
	// The program does not know which folder relative paths start from.
	absolute := func(name *string) {
		if *name != "" {
			*name = scenario.FilePath(t.Source.Dir, *name)
		}
	}
	absolute(&s.Content.Torrent)
	absolute(&s.Content.Path)
	s.Groups = slices.Clone(s.Groups)
	for i := range s.Groups {
		absolute(&s.Groups[i].Arrival.File)
	}
	text, err := s.Print()
	if err != nil {
		return nil, err
	}
	var a answer
	r := request{
		Protocol: protocolVersion,
		Request:  "play",
		Scenario: string(text),
		File:     t.Source.Shown,
		Seed:     seed,
		Results:  results,
	}
	if err := p.ask(ctx, r, &a); err != nil {
		return nil, err
	}
	switch {
	case a.Error != "":
		return nil, p.failed("reports: %s", a.Error)
	case a.Protocol != protocolVersion:
		return nil, p.failed("answers in protocol %d; this program speaks %d", a.Protocol, protocolVersion)
	case a.Unsupported != "":
		return &trial.Row{Ended: "unsupported", Unsupported: scenario.Printable(a.Unsupported)}, nil
	case len(a.Metrics) == 0:
		return nil, p.failed("gives neither metrics nor unsupported nor error")
	}
	row := &trial.Row{Ended: "done", Values: map[string]float64{}}
	for name, v := range a.Metrics {
		if v != nil && !math.IsNaN(*v) && !math.IsInf(*v, 0) {
			row.Values[name] = *v
		}
	}
	return row, nil
}

// ask sends a request and decodes the answer: one JSON object, and nothing after it.
func (p *program) ask(ctx context.Context, r request, into any) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	c := Command{Words: p.subject.Command, Dir: p.dir, Timeout: p.subject.Timeout.Std(), MaxSize: maxAnswer}
	out, err := p.exec(ctx, c, append(text, '\n'))
	if err != nil {
		return p.failed("%w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	if err := decoder.Decode(into); err != nil {
		return p.failed("answers %s with what is not a JSON object: %s", r.Request, excerpt(out))
	}
	if _, err := decoder.Token(); err != io.EOF {
		return p.failed("answers %s with more than one JSON object: %s", r.Request, excerpt(out))
	}
	return nil
}

func (p *program) failed(format string, args ...any) error {
	return fmt.Errorf("subject %s: the command %w", p.subject.Name, fmt.Errorf(format, args...))
}

// maxExcerpt bounds how much of an answer a message repeats.
const maxExcerpt = 200

func excerpt(out []byte) string {
	if len(bytes.TrimSpace(out)) == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%.*q", maxExcerpt, out)
}
