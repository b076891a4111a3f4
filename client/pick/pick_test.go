package pick

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Every strategy, whatever it is shown: a piece that is wanted and that the
// neighbour has, or none exactly if there is none.
func TestEveryPicker(t *testing.T) {
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				n := rapid.IntRange(1, 200).Draw(r, "pieces")
				v := View{Pieces: n, Have: rapid.IntRange(0, 8).Draw(r, "have"), Copies: make([]uint16, n),
					Wanted: make([]uint64, (n+63)/64), Theirs: make([]uint64, (n+63)/64)}
				any := false
				for i := range n {
					w, h := rapid.Bool().Draw(r, "wanted"), rapid.Bool().Draw(r, "theirs")
					if w {
						v.Wanted[i/64] |= 1 << (i % 64)
					}
					if h {
						v.Theirs[i/64] |= 1 << (i % 64)
						v.Copies[i] = uint16(1 + i%3)
					}
					any = any || w && h
				}
				piece, ok := s.New(s.Defaults()).Pick(&v, rand.New(rand.NewPCG(1, 2)))
				if ok != any {
					r.Fatalf("found %v, there is one: %v", ok, any)
				}
				if ok && v.Wanted[piece/64]&v.Theirs[piece/64]>>(piece%64)&1 == 0 {
					r.Fatalf("piece %d is not wanted or not there", piece)
				}
			})
		})
	}
}

func view(copies ...uint16) *View {
	v := &View{Pieces: len(copies), Have: 100, Copies: copies, Wanted: make([]uint64, 1), Theirs: make([]uint64, 1)}
	for i := range copies {
		v.Wanted[0] |= 1 << i
		v.Theirs[0] |= 1 << i
	}
	return v
}

func counts(p Picker, v *View) []int {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]int, v.Pieces)
	for range 3000 {
		i, _ := p.Pick(v, rng)
		out[i]++
	}
	return out
}

// Rarest first takes the rarest, and among equals each as often.
func TestRarestFirst(t *testing.T) {
	p := rarestFirst.New(rarestFirst.Defaults())
	got := counts(p, view(3, 1, 2, 1, 5, 1))
	for i, n := range got {
		rare := i == 1 || i == 3 || i == 5
		if rare && (n < 900 || n > 1100) || !rare && n > 0 {
			t.Errorf("piece %d was picked %d times of 3000", i, n)
		}
	}
}

// The first pieces are random, however rare they are.
func TestRandomFirst(t *testing.T) {
	v := view(3, 1, 2)
	v.Have = 3
	for i, n := range counts(rarestFirst.New(rarestFirst.Defaults()), v) {
		if n < 900 || n > 1100 {
			t.Errorf("piece %d was picked %d times of 3000", i, n)
		}
	}
}

func TestSequentialGoesInOrder(t *testing.T) {
	v := view(1, 1, 1)
	v.Wanted[0] &^= 1
	if i, ok := sequential.New(sequential.Defaults()).Pick(v, nil); !ok || i != 1 {
		t.Errorf("picked %d, %v", i, ok)
	}
}
