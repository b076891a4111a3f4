package client

import (
	"slices"
	"testing"
	"time"
)

// Announces that fail are repeated after 15 s, 30 s, and so on up to 16 minutes; the event that
// failed is announced again (BEP 3 leaves the intervals to the client).
func TestAnnounceIsRepeated(t *testing.T) {
	a := announcer{}
	if !a.start(Started) {
		t.Fatal("the first announce has to wait")
	}
	now, want := time.Duration(0), 15*time.Second
	for range 10 {
		if a.start(Regular) {
			t.Fatal("two announces at a time")
		}
		a.onFailure(now, false)
		if a.next-now != want {
			t.Errorf("repeated after %v, want %v", a.next-now, want)
		}
		now, want = a.next, min(2*want, 16*time.Minute)
		if e := a.takePending(); e != Started || !a.start(e) {
			t.Fatalf("%v is announced, want Started", e)
		}
	}
}

// An event during an announce is announced after the reply.
func TestEventWaitsForReply(t *testing.T) {
	a := announcer{}
	a.start(Regular)
	a.start(Completed)
	a.onReply(time.Second, &AnnounceReply{Interval: time.Hour, MinInterval: time.Minute})
	if e := a.takePending(); e != Completed {
		t.Errorf("%v is announced after the reply, want Completed", e)
	}
	if a.next != time.Second+time.Hour || a.allowed != time.Second+time.Minute {
		t.Errorf("next at %v, and for want of peers at %v", a.next, a.allowed)
	}
}

// The announce of "completed" is repeated after 15 s, 30 s and 60 s until the tracker replies; then
// regular announces follow at its interval.
func TestCompletedIsAnnouncedUntilReply(t *testing.T) {
	s := newScript(t, 1, false, nil)
	s.connect(0, 8, 0x80)
	s.receive(0, Message{Kind: Unchoke})
	s.receiveBlock(0, 0, 0)
	got := s.receiveBlock(0, 0, 1)
	if !slices.Contains(got, "announce completed") {
		t.Fatalf("at the last block: %v, want the announce of \"completed\"", got)
	}
	for _, pause := range []time.Duration{15, 30, 60} {
		s.step(Event{Kind: AnnounceFailed})
		s.expect(s.advance(pause*time.Second-1), "")
		s.expect(s.advance(1), "announce completed")
	}
	s.step(Event{Kind: Announced, Reply: &AnnounceReply{Interval: 30 * time.Minute, MinInterval: time.Minute}})
	s.expect(s.advance(30*time.Minute-time.Second), "announce ")
}
