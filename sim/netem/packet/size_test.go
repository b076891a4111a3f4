package packet

import "testing"

// A block that is cut keeps the acknowledgements that travel with it.
func TestCutKeepsAcknowledgements(t *testing.T) {
	const block = 16<<10 + 13
	s := Size{Stream: block, Wire: OnWire(block) + 100*Headers}
	got := s.Cut(int64(s.Wire) - 2)
	if want := (Size{Stream: 11 * MSS, Wire: 11*MTU + 100*Headers}); got != want {
		t.Errorf("two bytes too many leave %+v, want %+v", got, want)
	}
	if got := s.Cut(int64(s.Wire)); got != s {
		t.Errorf("where there is room for all %+v is left", got)
	}
	if got := s.Cut(100*Headers + MTU - 1); got != (Size{}) {
		t.Errorf("where there is no room for a packet %+v is left", got)
	}
}
