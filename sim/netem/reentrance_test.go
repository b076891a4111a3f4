package netem_test

import (
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
)

// An App may close a connection in any call, and is not called for it again.
func TestAppClosesDuringACall(t *testing.T) {
	for _, transport := range []netem.Transport{netem.Ideal, netem.TCPCubic, netem.UTP} {
		l := netemtest.New(10*time.Millisecond, 16<<10, 64<<10)
		l.Net.Transport = transport
		to, from := l.Add(1e6, 1e6), l.Add(1e6, 1e6)
		from.Start = netemtest.DialAll(2)
		sent := map[netem.ConnID]int{}
		from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) {
			for range 5 { // they fit a segment, and the send buffer
				a.Host.Send(c, &netem.Message{Bytes: 1000, NotifySent: true}, nil)
			}
		}
		from.OnSent = func(a *netemtest.App, c netem.ConnID) {
			if sent[c]++; c == 0 {
				a.Host.Close(c)
			}
		}
		received := 0
		to.OnReceived = func(a *netemtest.App, c netem.ConnID, _ netem.Message) {
			received++
			if received == 2 {
				a.Host.Close(c)
			}
		}
		l.Run(5 * time.Second)
		if sent[0] != 1 || sent[1] != 5 {
			t.Errorf("transport %d: App.Sent is called %d and %d times; want 1, as it closes then, and 5",
				transport, sent[0], sent[1])
		}
		if received != 2+5 {
			t.Errorf("transport %d: %d messages are received; want two of a connection that closes then, and five",
				transport, received)
		}
	}
}

// An App that closes a connection as it opens gets nothing from it.
func TestAppClosesAsItOpens(t *testing.T) {
	for _, transport := range []netem.Transport{netem.Ideal, netem.TCPCubic} {
		l := netemtest.New(10*time.Millisecond, 16<<10, 64<<10)
		l.Net.Transport = transport
		to, from := l.Add(1e6, 1e6), l.Add(1e6, 1e6)
		to.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { a.Host.Close(c) }
		from.Start = netemtest.DialAll(1)
		from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) {
			a.Host.Send(c, &netem.Message{Bytes: 17}, nil)
		}
		l.Run(time.Second)
		if len(to.Order) != 0 || len(to.Opens) != 1 || len(from.Closes) != 1 {
			t.Errorf("transport %d: %d messages received, opened %d times, closed %d times at the other end",
				transport, len(to.Order), len(to.Opens), len(from.Closes))
		}
		if lost := to.Host.Traffic().StreamLost; lost != 17 {
			t.Errorf("transport %d: %d bytes are lost; want those of the message, 17", transport, lost)
		}
	}
}
