package pieces

import "testing"

// The example of the package documentation: a piece is wanted, then active, then verified, and the
// table agrees with itself at each step.
func TestLifeOfAPiece(t *testing.T) {
	const serial = 1
	table := New(&Layout{Length: 16 * 2 * BlockSize, PieceLength: 2 * BlockSize}, Options{})
	table.Slots(1)
	var requests Requests
	check := func(when string) {
		t.Helper()
		if err := table.Check([]int{0}, []*Requests{&requests}); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	if has, missing, ok := table.ReadBitfield(0, []byte{0x01, 0x80}); has != 2 || missing != 2 || !ok {
		t.Fatalf("the bitfield has %d pieces, %d missing, %v", has, missing, ok)
	}
	check("after a bitfield")
	a := table.Start(7, serial)
	check("after the start")
	for i := range a.Blocks() {
		table.Request(a, i)
		requests.Reserve(table.BlockAt(7, i))
		check("after a request")
	}
	for i := range a.Blocks() {
		requests.Remove(table.BlockAt(7, i))
		if others := table.Receive(a, i, serial, true); others != 0 {
			t.Errorf("%d others are asked for block %d", others, i)
		}
		check("after a block")
	}
	table.Drop(a)
	table.Verified(7)
	check("after the verification")
	if !table.Has(7) || table.HaveCount() != 1 || table.WantedCount() != 15 || table.OpenBlocks() != 0 {
		t.Errorf("%d pieces verified, %d wanted, %d blocks open", table.HaveCount(), table.WantedCount(), table.OpenBlocks())
	}
}

// A piece that failed and came from several senders is suspect: the next time it may come from one
// connection only, until that is gone.
func TestParole(t *testing.T) {
	table := New(&Layout{Length: 2 * BlockSize, PieceLength: 2 * BlockSize}, Options{})
	a := table.Start(0, 1)
	table.Receive(a, 0, 1, false)
	table.Receive(a, 1, 2, false)
	if serial, single := a.FailedBy(); single {
		t.Fatalf("connection %d alone is blamed", serial)
	}
	table.Suspect(0)
	table.Drop(a)
	table.Failed(0)
	a = table.Start(0, 1)
	if !a.MayDownload(1) || a.MayDownload(2) {
		t.Error("a suspect piece may come from others than the one that it was started for")
	}
	if !table.EndParole(1) || !a.MayDownload(2) {
		t.Error("others may not continue the piece after the end of parole")
	}
}
