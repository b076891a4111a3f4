package record

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Graph is the graph of connections at a moment: peers that are there, and who
// is connected to whom.
type Graph struct {
	AtS         Seconds `json:"at_s"`
	Peers       int     `json:"peers"`
	Connections int     `json:"connections"`
	Components  int     `json:"components"` // parts that no connection joins
	Diameter    int     `json:"diameter"`   // the most steps from a peer to another that can be reached
	Path        Ratio   `json:"path"`       // the mean number of steps, over such pairs; 0 where there are none
	Clustering  Ratio   `json:"clustering"` // of a peer's neighbours, the share of pairs that are connected; the mean over peers with two or more
	DegreeMin   int     `json:"degree_min"`
	DegreeMean  Ratio   `json:"degree_mean"`
	DegreeMax   int     `json:"degree_max"`
	Degrees     string  `json:"degrees"` // such as 3:1 4:7: seven peers have four connections
}

var graphColumns = []string{"t_s", "peers", "connections", "components", "diameter", "path", "clustering", "degree_min", "degree_mean", "degree_max", "degrees"}

func (g *Graph) fields() []string {
	whole := func(n int) string { return integer(int64(n)) }
	return []string{number(float64(g.AtS)), whole(g.Peers), whole(g.Connections), whole(g.Components), whole(g.Diameter), number(float64(g.Path)),
		number(float64(g.Clustering)), whole(g.DegreeMin), number(float64(g.DegreeMean)), whole(g.DegreeMax), g.Degrees}
}

// NewGraph measures a graph of peers, by their numbers, and pairs of them that
// are connected, in any order and once or twice. Clustering is Watts and
// Strogatz's coefficient (Nature 1998). It takes the time of a step for every
// peer and connection; gonum's walks, by which the tests check it, are a hundred
// times slower.
func NewGraph(at time.Duration, peers []int, connections [][2]int) *Graph {
	u := newAdjacency(peers, connections)
	g := &Graph{AtS: Seconds(at.Seconds()), Peers: len(u)}
	if g.Peers > 0 {
		g.addDegrees(u)
		g.addPaths(u)
	}
	return g
}

// adjacency lists every peer's neighbours, by their places and in order.
type adjacency [][]int32

func newAdjacency(peers []int, connections [][2]int) adjacency {
	place := make(map[int]int32, len(peers))
	for i, p := range peers {
		place[p] = int32(i)
	}
	u := make(adjacency, len(peers))
	for _, c := range connections {
		a, b := place[c[0]], place[c[1]]
		u[a], u[b] = append(u[a], b), append(u[b], a)
	}
	for i := range u {
		slices.Sort(u[i])
		u[i] = slices.Compact(u[i])
	}
	return u
}

func (g *Graph) addDegrees(u adjacency) {
	counts := make([]int, len(u))
	g.DegreeMin = len(u)
	closed, with, ends := 0.0, 0, 0
	mark := make([]bool, len(u))
	for _, near := range u {
		d := len(near)
		g.DegreeMin, g.DegreeMax = min(g.DegreeMin, d), max(g.DegreeMax, d)
		counts[d]++
		ends += d
		if d > 1 {
			with++
			closed += float64(u.joined(near, mark)) / float64(d*(d-1)/2)
		}
	}
	g.Connections, g.DegreeMean = ends/2, Ratio(float64(ends)/float64(len(u)))
	if with > 0 {
		g.Clustering = Ratio(closed / float64(with))
	}
	var degrees []string
	for d, n := range counts {
		if n > 0 {
			degrees = append(degrees, fmt.Sprintf("%d:%d", d, n))
		}
	}
	g.Degrees = strings.Join(degrees, " ")
}

// joined counts the connections among peers. mark is all false.
func (u adjacency) joined(peers []int32, mark []bool) int {
	for _, p := range peers {
		mark[p] = true
	}
	ends := 0
	for _, p := range peers {
		for _, q := range u[p] {
			if mark[q] {
				ends++
			}
		}
	}
	for _, p := range peers {
		mark[p] = false
	}
	return ends / 2
}

// addPaths walks from every peer, breadth first.
func (g *Graph) addPaths(u adjacency) {
	steps, pairs := 0, 0
	depth := make([]int32, len(u))
	part := make([]bool, len(u)) // of a component that has been counted
	line := make([]int32, 0, len(u))
	for from := range u {
		for i := range depth {
			depth[i] = -1
		}
		depth[from] = 0
		line = append(line[:0], int32(from))
		for i := 0; i < len(line); i++ {
			at := line[i]
			for _, next := range u[at] {
				if depth[next] < 0 {
					depth[next] = depth[at] + 1
					line = append(line, next)
				}
			}
			steps += int(depth[at])
			g.Diameter = max(g.Diameter, int(depth[at]))
		}
		pairs += len(line) - 1
		if !part[from] {
			g.Components++
			for _, p := range line {
				part[p] = true
			}
		}
	}
	if pairs > 0 {
		g.Path = Ratio(float64(steps) / float64(pairs))
	}
}
