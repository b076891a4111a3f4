package client

import "testing"

// A step that changes nothing allocates nothing: events and actions stay on the stack or in the
// memory of the caller.
func TestStepAllocatesNothing(t *testing.T) {
	for _, loop := range Loops().Names() {
		s := newScript(t, 4, false, func(c *Config) { c.Loop = loopNamed(loop) })
		s.connect(0, 8, 0xf0)
		out := make([]Action, 0, 16)
		allocs := testing.AllocsPerRun(100, func() {
			out = s.peer.Step(s.now, &Event{Kind: Received, Message: Message{Kind: Have, Index: 1}}, out[:0])
		})
		if allocs > 0 {
			t.Errorf("%s: %v allocations in a step", loop, allocs)
		}
	}
}
