package pick

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// After any additions, removals and moves the index contains the right pieces, in the order of
// their availability.
func TestIndex(t *testing.T) {
	for _, n := range []int{1, 64, 65, 5000} {
		r := rand.New(rand.NewPCG(uint64(n), 1))
		var rank []uint32
		if n != 65 {
			for _, i := range r.Perm(n) {
				rank = append(rank, uint32(i))
			}
		}
		x := NewIndex(n, rank)
		copies, in := make([]int, n), make([]bool, n)
		for range 3 {
			for range 3 * n {
				i := r.IntN(n)
				switch r.IntN(4) {
				case 0:
					if in[i] {
						x.Remove(i, copies[i])
					} else {
						x.Add(i, copies[i])
					}
					in[i] = !in[i]
				default:
					before := copies[i]
					copies[i] = r.IntN(5)
					x.Move(i, before, copies[i])
				}
			}
			x.AddCopyOfAll()
			for i := range copies {
				copies[i]++
			}
			if r.IntN(2) == 0 {
				x.RemoveCopyOfAll()
				for i := range copies {
					copies[i]--
				}
			}
			x.check(t, copies, in)
		}
		x.Clear()
		x.check(t, copies, make([]bool, n))
		x.Add(0, 3)
		if x.Len() != 1 || !x.Has(0, 3) || x.Has(0, 2) {
			t.Error("after Clear, a piece that is added is not found with its copies")
		}
	}
}

func (x *Index) check(t *testing.T, copies []int, in []bool) {
	t.Helper()
	var want []Position
	for i, c := range copies {
		if in[i] {
			want = append(want, Position{c, i})
		}
		if x.Has(i, c) != in[i] {
			t.Fatalf("piece %d with %d copies is in the index: %v", i, c, !in[i])
		}
	}
	slices.SortFunc(want, func(a, b Position) int {
		return cmp.Or(cmp.Compare(a.Copies, b.Copies), cmp.Compare(a.Piece, b.Piece))
	})
	if x.Len() != len(want) {
		t.Fatalf("the index has %d pieces, want %d", x.Len(), len(want))
	}
	for n := 0; n < len(want); n += 1 + len(want)/50 {
		if got := x.Nth(n); got != want[n] {
			t.Fatalf("position %d is %v, want %v", n, got, want[n])
		}
		to := x.Nth(n + 77)
		var between, wanted []int
		x.EachBetween(want[n], to, func(piece int) { between = append(between, piece) })
		for _, p := range want[n:min(n+77, len(want))] {
			wanted = append(wanted, p.Piece)
		}
		slices.Sort(wanted)
		if slices.Sort(between); !slices.Equal(between, wanted) {
			t.Fatalf("between %v and %v are %v, want %v", want[n], to, between, wanted)
		}
	}
}
