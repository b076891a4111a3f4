package sim

import "fmt"

// verdict is the result of comparing the content of a peer that completed with the source,
// byte for byte. It replaces the peer's store, so that the bytes of departed peers are freed.
type verdict uint8

const (
	unchecked verdict = iota // virtual content, or a peer that did not complete
	intact
	damaged
)

// verify compares the content of a node that is present.
func (w *world) verify(n *node) {
	if n.history.completed == 0 {
		return
	}
	if equal, checked := w.content.Verify(n.store); checked && equal {
		n.history.content = intact
	} else if checked {
		n.history.content = damaged
	}
}

// verifyAll counts the peers whose content equals the source's. An error means that a peer
// completed with other content.
func (w *world) verifyAll() (count int, err error) {
	for _, n := range w.nodes {
		if n.state == present {
			w.verify(n)
		}
		switch n.history.content {
		case intact:
			count++
		case damaged:
			return count, fmt.Errorf("peer %d finished with content that differs from the source; "+
				"this is a bug, please report it with the scenario and seed %d", n.host.ID(), w.scenario.Seed)
		}
	}
	return count, nil
}
