// Command figures draws the pictures of the README and the docs again, from
// the scenario library: go run ./docs/figures. It takes a few minutes. Those of
// sweeps and of validation are drawn by swarmsim sweep and swarmsim validate.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"

	"swarmsim/reports"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

const folder = "docs/img"

func main() {
	log.SetFlags(0)
	for _, draw := range []func() error{flashCrowd, providersCost} {
		if err := draw(); err != nil {
			log.Fatal("figures: ", err)
		}
	}
}

// play runs a scenario of the library with overrides and returns its record.
func play(name string, sets ...string) (*reports.Record, record.Summary, error) {
	text, ok := scenarios.Text(name)
	if !ok {
		return nil, record.Summary{}, fmt.Errorf("no scenario %q", name)
	}
	s, err := scenario.Load(scenario.Source{Text: text, Shown: name, Files: os.DirFS("/"), Dir: ".", Sets: sets, Catalogue: sim.Catalogue()})
	if err != nil {
		return nil, record.Summary{}, err
	}
	dir, err := os.MkdirTemp("", "figures-")
	if err != nil {
		return nil, record.Summary{}, err
	}
	defer os.RemoveAll(dir)
	out, err := sim.Run(context.Background(), s, sim.Options{Workers: runtime.NumCPU(),
		Create: func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(dir, name)) }})
	if err != nil {
		return nil, record.Summary{}, err
	}
	r, err := reports.Load(os.DirFS(dir))
	return r, out.Summary, err
}

func create(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(folder, name)) }

// flashCrowd draws all the pictures of one run.
func flashCrowd() error {
	r, _, err := play("flash-crowd")
	if err != nil {
		return err
	}
	plots, err := reports.Plots(r)
	if err != nil {
		return err
	}
	for _, p := range plots {
		p.File = "flash-crowd-" + p.File
		if err := p.Write(create); err != nil {
			return err
		}
	}
	return nil
}

// providersCost compares what the provider sends with a server alone and with
// a swarm.
func providersCost() error {
	c := reports.Chart{File: "providers-cost", Title: "What the provider sends", X: "downloads of 64 MiB", Y: "sent by the provider (MiB)", Log: true}
	for _, name := range []string{"client-server", "flash-crowd"} {
		line := reports.ChartLine{Name: name}
		for _, n := range []int{10, 100, 1000} {
			_, sum, err := play(name, fmt.Sprintf("groups.leechers.count=%d", n), "expect=[]")
			if err != nil {
				return err
			}
			if sum.CompletionS.Count != n {
				return fmt.Errorf("%s: only %d of %d completed", name, sum.CompletionS.Count, n)
			}
			sent := float64(sum.SeedCopies) * float64(sum.ContentBytes) / (1 << 20)
			log.Printf("%s, %d downloads: %.0f MiB, %.2f copies", name, n, sent, float64(sum.SeedCopies))
			line.Xs, line.Ys = append(line.Xs, float64(n)), append(line.Ys, sent)
		}
		c.Lines = append(c.Lines, line)
	}
	p, err := c.Plot()
	if err != nil {
		return err
	}
	return p.Write(create)
}
