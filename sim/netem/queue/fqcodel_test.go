package queue

import (
	"testing"
	"time"

	"swarmsim/sim/netem/packet"
)

func push(q *FQCoDel[int], flow uint32, at time.Duration, payload int) int64 {
	return q.Push(flow, Packet[int]{Size: full(packet.MSS), At: at, Payload: payload})
}

// A flow that comes new is served before those that fill the queue (RFC 8290, section 4.2).
func TestNewFlowsGoFirst(t *testing.T) {
	var q FQCoDel[int]
	for i := range 10 {
		push(&q, 1, 0, i)
	}
	q.Pop(0)
	q.Pop(0) // flow 1 is an old one now
	push(&q, 2, 0, 100)
	if p, _, ok := q.Pop(0); !ok || p.Payload != 100 {
		t.Errorf("packet %d is next; want the one of the new flow", p.Payload)
	}
}

// Flows share the link packet by packet, and each keeps its order.
func TestFlowsShareByTurns(t *testing.T) {
	var q FQCoDel[int]
	for i := range 6 {
		push(&q, uint32(i%2), 0, i)
	}
	last := map[int]int{0: -1, 1: -1}
	for n := 1; q.Len() > 0; n++ {
		p, _, _ := q.Pop(0)
		if p.Payload <= last[p.Payload%2] {
			t.Errorf("packet %d of flow %d comes after %d", p.Payload, p.Payload%2, last[p.Payload%2])
		}
		last[p.Payload%2] = p.Payload
		if n == 2 && (last[0] < 0 || last[1] < 0) {
			t.Error("two packets of one flow go before the first of the other")
		}
	}
}

// A full queue drops the head of the longest flow's.
func TestTheLongestQueueLosesItsHead(t *testing.T) {
	q := FQCoDel[int]{Limit: 4 * packet.MTU}
	dropped := int64(0)
	for i := range 4 {
		dropped += push(&q, 1, 0, i)
	}
	dropped += push(&q, 2, 0, 100)
	if dropped != packet.MSS || q.Len() != 4 {
		t.Errorf("%d bytes are dropped and %d packets left; want one packet and four", dropped, q.Len())
	}
	if p, _, _ := q.Pop(0); p.Payload != 1 {
		t.Errorf("packet %d is next; packet 0 should have been dropped", p.Payload)
	}
}

// A queue whose packets have waited for more than 5 ms for 100 ms loses one (RFC 8289).
func TestCoDelDropsWhatHasWaited(t *testing.T) {
	var q FQCoDel[int]
	for i := range 100 {
		push(&q, 1, 0, i)
	}
	for now := 10 * time.Millisecond; q.Len() > 0; now += 10 * time.Millisecond {
		_, dropped, _ := q.Pop(now)
		if want := now >= 110*time.Millisecond; dropped > 0 != want && now <= 110*time.Millisecond {
			t.Errorf("at %v %d bytes are dropped; the delay is above target since 10 ms", now, dropped)
		}
	}
}
