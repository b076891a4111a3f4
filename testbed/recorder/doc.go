// Package recorder makes the record of a run (sim/record) from what the clients of a swarm report of
// themselves, so that package reports draws it as it draws a simulation. The clients may be processes,
// as in package testbed, or others' code in virtual time, as in the module bench/subjects/anacrolix.
//
//	r := recorder.New(recorder.Config{Scenario: s, Length: length, Pieces: pieces, Peers: peers})
//	r.Arrive(0, at)                 // for each peer
//	r.Observe(0, at, progress)      // for each report of its client
//	r.Depart(0, at, record.Left)    // if it leaves
//	r.Links(traffic)                // the bytes on the links, before a sample and at the end
//	w.Sample(r.Sample(at))          // at the intervals of the scenario
//	sum := r.Summary(now, record.Done)
//	r.WritePeers(w)
//	w.Close(&sum)
//
// Times are since the start of the run, and the recorder has no clock. Which peer sent what to which,
// slots, interest and connections are not known to it, and are left out of the record. Its methods may
// be called from several goroutines.
package recorder
