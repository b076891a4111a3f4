package record

import (
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
	"pgregory.net/rapid"
)

// A triangle 1-2-3 with a tail 3-4-5, and a pair 6-7, worked by hand. Path lengths: among the five,
// 5 paths of one step, 3 of two (1-4, 2-4, 3-5), 2 of three (1-5, 2-5); in the pair, 1 of one.
// Connected pairs of neighbours: 1 of 1 for peers 1 and 2, 1 of 3 for peer 3, 0 of 1 for peer 4.
func TestGraph(t *testing.T) {
	connections := [][2]int{{1, 2}, {2, 3}, {3, 1}, {1, 3}, {3, 4}, {4, 5}, {6, 7}, {7, 6}}
	g := NewGraph(time.Minute, []int{1, 2, 3, 4, 5, 6, 7}, connections)
	want := Graph{
		AtS:         60,
		Peers:       7,
		Connections: 6,
		Components:  2,
		Diameter:    3,
		Path:        Ratio(18. / 11),
		Clustering:  Ratio((1 + 1 + 1./3 + 0) / 4),
		DegreeMin:   1,
		DegreeMean:  Ratio(12. / 7),
		DegreeMax:   3,
		Degrees:     "1:3 2:3 3:1",
	}
	if *g != want {
		t.Errorf("%+v, want %+v", *g, want)
	}
	if g := NewGraph(0, []int{3}, nil); g.Components != 1 || g.Diameter != 0 || g.Path != 0 {
		t.Errorf("one peer: %+v", g)
	}
	if g := NewGraph(0, nil, nil); g.Peers != 0 {
		t.Errorf("no peers: %+v", g)
	}
}

// On random graphs the components and paths are those that gonum finds.
func TestGraphAgainstGonum(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(r, "peers")
		u := simple.NewUndirectedGraph()
		var peers []int
		for i := range n {
			peers = append(peers, 100+i)
			u.AddNode(simple.Node(100 + i))
		}
		var connections [][2]int
		for range rapid.IntRange(0, 40).Draw(r, "connections") {
			a, b := 100+rapid.IntRange(0, n-1).Draw(r, "a"), 100+rapid.IntRange(0, n-1).Draw(r, "b")
			if a != b {
				connections = append(connections, [2]int{a, b})
				u.SetEdge(simple.Edge{F: simple.Node(a), T: simple.Node(b)})
			}
		}
		g := NewGraph(0, peers, connections)
		steps, pairs, longest := 0.0, 0, 0.0
		paths := path.DijkstraAllPaths(u)
		for _, a := range peers {
			for _, b := range peers {
				if d := paths.Weight(int64(a), int64(b)); a != b && !math.IsInf(d, 1) {
					steps, pairs, longest = steps+d, pairs+1, max(longest, d)
				}
			}
		}
		mean := steps / float64(max(pairs, 1))
		if g.Components != len(topo.ConnectedComponents(u)) || g.Connections != u.Edges().Len() ||
			g.Diameter != int(longest) || math.Abs(float64(g.Path)-mean) > 1e-9 {
			r.Errorf("%+v of %v", g, connections)
		}
	})
}

func BenchmarkGraph(b *testing.B) {
	var peers []int
	var conns [][2]int
	for i := range 1000 {
		peers = append(peers, i)
		for k := range 30 {
			if j := (i*7 + k*k*13 + 1) % 1000; j != i {
				conns = append(conns, [2]int{i, j})
			}
		}
	}
	for b.Loop() {
		NewGraph(0, peers, conns)
	}
}
