package record

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Graph is the graph of connections at a moment. Its nodes are the peers that are present.
type Graph struct {
	AtS         Seconds `json:"at_s"`
	Peers       int     `json:"peers"`
	Connections int     `json:"connections"`
	Components  int     `json:"components"` // connected components
	Diameter    int     `json:"diameter"`   // the longest of the shortest paths between connected peers
	Path        Ratio   `json:"path"`       // the mean length of those paths; 0 if there are none
	Clustering  Ratio   `json:"clustering"` // Watts and Strogatz's coefficient
	DegreeMin   int     `json:"degree_min"`
	DegreeMean  Ratio   `json:"degree_mean"`
	DegreeMax   int     `json:"degree_max"`
	Degrees     string  `json:"degrees"` // how many peers have each degree, such as 3:1 4:7
}

var graphColumns = []string{
	"t_s", "peers", "connections", "components", "diameter", "path",
	"clustering", "degree_min", "degree_mean", "degree_max", "degrees",
}

func (g *Graph) fields() []string {
	whole := func(n int) string { return integer(int64(n)) }
	return []string{
		number(float64(g.AtS)), whole(g.Peers), whole(g.Connections), whole(g.Components), whole(g.Diameter),
		number(float64(g.Path)), number(float64(g.Clustering)),
		whole(g.DegreeMin), number(float64(g.DegreeMean)), whole(g.DegreeMax), g.Degrees,
	}
}

// NewGraph measures a graph of peers, given by their numbers, and connections, given by pairs of
// peers in any order, once or twice each. Clustering is Watts and Strogatz's coefficient (Nature
// 1998): the share of pairs of a peer's neighbours that are connected, averaged over the peers
// with two neighbours or more. The paths take a breadth-first search from every peer; gonum's,
// which the tests compare with, is a hundred times slower.
func NewGraph(at time.Duration, peers []int, connections [][2]int) *Graph {
	u := newAdjacency(peers, connections)
	g := &Graph{AtS: Seconds(at.Seconds()), Peers: len(u)}
	if g.Peers > 0 {
		g.addDegrees(u)
		g.addPaths(u)
	}
	return g
}

// adjacency lists every peer's neighbours in ascending order. Peers are given by their index in
// NewGraph's list.
type adjacency [][]int32

func newAdjacency(peers []int, connections [][2]int) adjacency {
	index := make(map[int]int32, len(peers))
	for i, p := range peers {
		index[p] = int32(i)
	}
	u := make(adjacency, len(peers))
	for _, c := range connections {
		a, b := index[c[0]], index[c[1]]
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
	clustering, peers, ends := 0.0, 0, 0
	mark := make([]bool, len(u))
	for _, neighbours := range u {
		d := len(neighbours)
		g.DegreeMin, g.DegreeMax = min(g.DegreeMin, d), max(g.DegreeMax, d)
		counts[d]++
		ends += d
		if d > 1 {
			peers++
			clustering += float64(u.connectionsAmong(neighbours, mark)) / float64(d*(d-1)/2)
		}
	}
	g.Connections, g.DegreeMean = ends/2, Ratio(float64(ends)/float64(len(u)))
	if peers > 0 {
		g.Clustering = Ratio(clustering / float64(peers))
	}
	var degrees []string
	for d, n := range counts {
		if n > 0 {
			degrees = append(degrees, fmt.Sprintf("%d:%d", d, n))
		}
	}
	g.Degrees = strings.Join(degrees, " ")
}

// connectionsAmong counts the connections between some peers. mark, scratch memory, is all false.
func (u adjacency) connectionsAmong(peers []int32, mark []bool) int {
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

// addPaths searches from every peer, breadth first.
func (g *Graph) addPaths(u adjacency) {
	steps, pairs := 0, 0
	depth := make([]int32, len(u))
	counted := make([]bool, len(u)) // peers of components that have been counted
	queue := make([]int32, 0, len(u))
	for from := range u {
		for i := range depth {
			depth[i] = -1
		}
		depth[from] = 0
		queue = append(queue[:0], int32(from))
		for i := 0; i < len(queue); i++ {
			at := queue[i]
			for _, next := range u[at] {
				if depth[next] < 0 {
					depth[next] = depth[at] + 1
					queue = append(queue, next)
				}
			}
			steps += int(depth[at])
			g.Diameter = max(g.Diameter, int(depth[at]))
		}
		pairs += len(queue) - 1
		if !counted[from] {
			g.Components++
			for _, p := range queue {
				counted[p] = true
			}
		}
	}
	if pairs > 0 {
		g.Path = Ratio(float64(steps) / float64(pairs))
	}
}
