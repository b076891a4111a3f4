package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"swarmsim/bounded"
	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/reports"
	"swarmsim/reports/export"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// exportPcapng plays the run of the results folder again, as a run of the same scenario and seed gives the
// same messages, and writes those of one peer.
func exportPcapng(j *exportJob) error {
	s, in, err := j.scenario()
	if err != nil {
		return err
	}
	capture := &export.Capture{Scenario: s.Name, Seed: s.Seed, Peer: j.peer}
	again, err := j.replay(s, in, capture)
	if err != nil {
		return err
	}
	recorded, err := bounded.ReadFile(results.Files(j.dir), record.SummaryFile, reports.MaxFile)
	if err != nil {
		return j.inFolder(err)
	}
	if !bytes.Equal(recorded, again) {
		return j.inFolder(fmt.Errorf("cannot be played again: %s of the replay differs. Another version of swarmsim "+
			"wrote the folder, or files that the scenario names have changed; run the scenario with this version first",
			record.SummaryFile))
	}
	if capture.Messages() == 0 {
		return usageError{fmt.Errorf("peer %d exchanged no messages in %s", j.peer, j.dir)}
	}
	f, err := j.create(j.file)
	if err != nil {
		return err
	}
	end := time.Duration(float64(j.record.Summary.VirtualS) * float64(time.Second))
	return errors.Join(capture.Write(f, end), f.Close())
}

// scenario loads the scenario of the results folder, set up to record the messages of the peer.
func (j *exportJob) scenario() (*scenario.Scenario, *input, error) {
	sum := &j.record.Summary
	switch {
	case j.peer == 0:
		return nil, nil, usageError{errors.New("pcapng needs --peer and the number of a peer, such as --peer 7; " +
			record.PeersFile + " lists them")}
	case sum.Observer != "" || sum.Measured:
		return nil, nil, j.inFolder(errors.New("is not the record of a simulation, which alone can be played again; " +
			"capture real traffic with tcpdump"))
	case sum.Incomplete:
		return nil, nil, j.inFolder(errors.New("was interrupted, and a replay would not end at the same time"))
	}
	in, err := findInput(filepath.Join(j.dir, record.ScenarioFile), nil)
	if err != nil {
		return nil, nil, err
	}
	s, err := in.load(nil, io.Discard)
	if err != nil {
		return nil, nil, err
	}
	peers := s.Peers()
	if j.peer > peers {
		return nil, nil, usageError{fmt.Errorf("there is no peer %d; the peers are 1 to %d, in the order of the groups",
			j.peer, peers)}
	}
	s.Wire = scenario.WireReal
	s.Record.Messages = []int{j.peer}
	s.Record.Events, s.Record.Transfers, s.Record.Decisions = false, scenario.RecordOff, scenario.RecordOff
	return s, in, nil
}

// replay plays the scenario, and returns the summary as it would be written.
func (j *exportJob) replay(s *scenario.Scenario, in *input, capture *export.Capture) ([]byte, error) {
	if err := play.ExpectHugePages(s, in.Files, in.Dir); err != nil {
		return nil, err
	}
	var summary bytes.Buffer
	show := newProgress(j.cmd.ErrOrStderr(), s.Name)
	defer show.end()
	outcome, err := sim.Run(j.cmd.Context(), s, sim.Options{
		Workers: j.workers,
		Files:   in.Files,
		Dir:     in.Dir,
		Create: func(name string) (io.WriteCloser, error) {
			if name == record.SummaryFile {
				return discarded{&summary}, nil
			}
			return discarded{io.Discard}, nil
		},
		Message: func(m sim.WireMessage) {
			capture.Add(export.Message{At: m.At, Other: m.Other, Conn: m.Conn, Sent: m.Sent, Ended: m.Ended, Bytes: m.Bytes})
		},
		Progress: show.update,
		Hashing:  show.hashing,
	})
	if err != nil {
		return nil, err
	}
	if outcome.Summary.Incomplete {
		return nil, errors.New("interrupted; nothing was written")
	}
	return summary.Bytes(), nil
}

// discarded is a file of the replay's record, which is not kept.
type discarded struct{ io.Writer }

func (discarded) Close() error { return nil }
