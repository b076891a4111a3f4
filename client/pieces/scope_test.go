package pieces

import "testing"

// Of more content than may be unverified, only the pieces that have blocks may be requested, and
// then the rarest in the order of their numbers.
func TestScope(t *testing.T) {
	table := New(&Layout{Length: 8 * 2 * BlockSize, PieceLength: 2 * BlockSize}, Options{})
	table.Slots(2)
	for slot, bits := range []byte{0xff, 0xe0} { // the first three pieces are less rare
		if _, _, ok := table.ReadBitfield(slot, []byte{bits}); !ok {
			t.Fatal("bitfield refused")
		}
	}
	const limit = 3 * 2 * BlockSize
	table.LimitUnverified(limit)
	if got := table.RequestableFrom(0, true)[0]; got != 0b00111000 {
		t.Errorf("pieces %b", got)
	}
	table.Receive(table.Start(7, 1), 0, 1, false)
	table.LimitUnverified(limit)
	if got := table.RequestableFrom(0, true)[0]; got != 0b10011000 {
		t.Errorf("pieces %b with an active one", got)
	}
}
