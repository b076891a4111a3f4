package measure

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"swarmsim/client/pick"
	"swarmsim/sim/record"
)

// With an index the numbers are those found by looking at each piece.
func TestCopiesIndexAgrees(t *testing.T) {
	const pieces, peers = 2 * pick.IndexThreshold, 5
	r := rand.New(rand.NewPCG(1, 1))
	indexed := NewCopies(pieces, peers)
	if indexed.Index == nil {
		t.Fatalf("no index for %d pieces", pieces)
	}
	plain := &Copies{Of: make([]int32, pieces)}
	complete := 0
	for step := range 2000 {
		piece := r.IntN(pieces)
		switch n := r.IntN(100); {
		case n == 0:
			complete++
			indexed.AddAll(1)
			plain.AddAll(1)
		case n == 1 && complete > 0:
			complete--
			indexed.AddAll(-1)
			plain.AddAll(-1)
		case n < 40 && int(plain.Of[piece]) > complete:
			indexed.Add(piece, -1)
			plain.Add(piece, -1)
		default:
			indexed.Add(piece, 1)
			plain.Add(piece, 1)
		}
		var a, b record.Sample
		indexed.Fill(&a)
		plain.Fill(&b)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("step %d: %+v with an index, %+v without", step, a, b)
		}
	}
	// The terms are added in another order, so the last bits may differ.
	a, okA := indexed.Entropy(complete)
	b, okB := plain.Entropy(complete)
	if okA != okB || a-b > 1e-9 || b-a > 1e-9 {
		t.Errorf("entropy %v, %v with an index, %v, %v without", a, okA, b, okB)
	}
}
