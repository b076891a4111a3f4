package sim

import (
	"swarmsim/sim/scenario"
)

// The numbers of peers of which a sample is logged.
const (
	sampledPeers    = 250 // transfers
	sampledDeciders = 50  // decisions
	sampledSeeds    = 10  // of a group of initial seeds, at least, if it has as many
	sampledOfOthers = 1   // of any other group
)

// addLogs gives the nodes that are logged their logs.
func (w *world) addLogs() {
	r := &w.scenario.Record
	if !r.Transfers.Some() && !r.Decisions.Some() && len(r.Messages) == 0 {
		return
	}
	sample := w.sample(w.arriving(), sampledPeers)
	all := w.arriving()
	for _, n := range choose(r.Transfers, sample, all) {
		n.logFully().transfers = &transfers{}
	}
	for _, n := range choose(r.Decisions, w.sample(sample, sampledDeciders), all) {
		picker := clientOf(w.scenario, &w.scenario.Groups[n.group]).Picker.Name
		n.logFully().decisions = &decisionLog{node: n, picker: picker}
	}
	for _, peer := range r.Messages {
		n := w.nodes[peer-1]
		n.addLog().messages = true
	}
}

func choose(p scenario.RecordPeers, sample, all []*node) []*node {
	switch p {
	case scenario.RecordSample:
		return sample
	case scenario.RecordAll:
		return all
	}
	return nil
}

func (n *node) addLog() *peerLog {
	if n.log == nil {
		n.log, n.logged = &peerLog{}, true
	}
	return n.log
}

// logFully has the log list the events of the peer too.
func (n *node) logFully() *peerLog {
	l := n.addLog()
	l.events = true
	return l
}

// arriving lists the nodes that will arrive.
func (w *world) arriving() []*node {
	var out []*node
	for _, n := range w.nodes {
		if n.arrivalScheduled() {
			out = append(out, n)
		}
	}
	return out
}

// sample returns about size of the nodes, evenly over each group, and something of every group. It
// draws no random numbers, so that it changes nothing.
func (w *world) sample(nodes []*node, size int) []*node {
	if len(nodes) <= size {
		return nodes
	}
	members := make([][]*node, len(w.scenario.Groups))
	for _, n := range nodes {
		members[n.group] = append(members[n.group], n)
	}
	var out []*node
	for g, list := range members {
		least := sampledOfOthers
		if w.scenario.Groups[g].Seed {
			least = sampledSeeds
		}
		quota := max(min(len(list), least), len(list)*size/len(nodes))
		for i := range quota {
			out = append(out, list[i*len(list)/quota])
		}
	}
	return out
}
