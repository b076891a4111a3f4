package measure

import "swarmsim/sim/record"

// TrafficMatrix sums the content that each group has received from each group. Every worker has
// a matrix of its own; the order of summing does not matter.
type TrafficMatrix struct {
	groups   int
	byWorker [][]int64 // by worker, then sender's group * groups + receiver's group
}

// NewTrafficMatrix starts with no traffic.
func NewTrafficMatrix(groups, workers int) TrafficMatrix {
	m := TrafficMatrix{groups: groups}
	for range workers {
		m.byWorker = append(m.byWorker, make([]int64, groups*groups))
	}
	return m
}

// Add adds bytes that a peer of group to, played by a worker, has received from group from.
func (m *TrafficMatrix) Add(worker, from, to int, bytes int64) {
	m.byWorker[worker][from*m.groups+to] += bytes
}

// Between is the content that one group has received from another.
func (m *TrafficMatrix) Between(from, to int) int64 {
	sum := int64(0)
	for _, matrix := range m.byWorker {
		sum += matrix[from*m.groups+to]
	}
	return sum
}

// Sum is the content that some groups have received from some groups.
func (m *TrafficMatrix) Sum(from, to func(group int) bool) int64 {
	sum := int64(0)
	for g := range m.groups {
		for h := range m.groups {
			if from(g) && to(h) {
				sum += m.Between(g, h)
			}
		}
	}
	return sum
}

// Area is the content that stayed within and crossed the border of an area, which some groups
// are in.
func (m *TrafficMatrix) Area(name string, inside func(group int) bool) record.Area {
	outside := func(g int) bool { return !inside(g) }
	return record.Area{
		Name:        name,
		WithinBytes: m.Sum(inside, inside),
		InBytes:     m.Sum(outside, inside),
		OutBytes:    m.Sum(inside, outside),
	}
}
