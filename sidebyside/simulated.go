package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"swarmsim/cmd/usage"
	"swarmsim/sim"
)

// variant is a configuration of swarmsim.
type variant struct {
	name   string
	client string // lines of the scenario's client section
	real   bool   // real bytes in encoded messages cross the links and are hashed
}

// asAnacrolix selects swarmsim's model of the full client.
const asAnacrolix = "  profile: anacrolix-1.61\n"

// simulated returns swarmsim's variants as subjects.
func (f flags) simulated() []subject {
	variants := []variant{{name: "swarmsim as anacrolix-1.61", client: asAnacrolix}, {name: "swarmsim by default"}}
	if f.real {
		variants = append(variants, variant{name: "swarmsim as anacrolix-1.61, real bytes", client: asAnacrolix, real: true})
	}
	var out []subject
	for _, v := range variants {
		out = append(out, subject{v.name, func() (result, error) { return playSimulated(f, v) }})
	}
	return out
}

// playSimulated runs the swarm with swarmsim on one core, once for every random seed: a single run is so
// short that the start would dominate the measurement.
func playSimulated(f flags, v variant) (result, error) {
	var sum result
	for seed := range f.seeds {
		r, err := playOnce(f, v, uint64(seed+1))
		if err != nil {
			return result{}, err
		}
		sum.runs++
		sum.blocks += r.blocks
		sum.cpu += r.cpu
		sum.wall += r.wall
		sum.mean += r.mean / time.Duration(f.seeds)
		sum.last += r.last / time.Duration(f.seeds)
	}
	return sum, nil
}

func playOnce(f flags, v variant, seed uint64) (result, error) {
	s, err := f.swarm(v.client)
	if err != nil {
		return result{}, err
	}
	s.scenario.Seed = seed
	if v.real {
		s.scenario.Payload, s.scenario.Wire = "real", "real"
	}
	runtime.GC()
	start, cpu := time.Now(), usage.CPU()
	outcome, err := sim.Run(context.Background(), s.scenario, sim.Options{Workers: 1, Create: discard})
	if err != nil {
		return result{}, err
	}
	r := result{cpu: usage.CPU() - cpu, wall: time.Since(start), blocks: outcome.Summary.Blocks.Delivered}
	c := outcome.Summary.CompletionS
	if c.Count != s.leechers || r.blocks != s.blocks() {
		return result{}, fmt.Errorf("%d of %d leechers completed, with %d of %d blocks",
			c.Count, s.leechers, r.blocks, s.blocks())
	}
	r.mean, r.last = seconds(float64(c.Mean)), seconds(float64(c.Last))
	return r, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// discard is a results folder whose files are not kept.
func discard(string) (io.WriteCloser, error) { return nowhere{}, nil }

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }
